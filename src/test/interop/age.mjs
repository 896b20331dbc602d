// Seals and opens with npm age-encryption, for SealingInteropIT.
//
//   node age.mjs <folder with node_modules/age-encryption> seal <recipient…>       stdin: plaintext
//   node age.mjs <folder …> open <identity>                                        stdin: age file
//   node age.mjs <folder …> seal-passphrase | open-passphrase <passphrase>
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, what, ...keys] = process.argv.slice(2);
const module = path.resolve(folder, "node_modules/age-encryption/dist/index.js");
const { Encrypter, Decrypter } = await import(pathToFileURL(module).href);

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = new Uint8Array(Buffer.concat(chunks));

async function run() {
    switch (what) {
        case "seal": {
            const sealer = new Encrypter();
            keys.forEach((key) => sealer.addRecipient(key));
            return sealer.encrypt(input);
        }
        case "open": {
            const opener = new Decrypter();
            keys.forEach((key) => opener.addIdentity(key));
            return opener.decrypt(input, "uint8array");
        }
        case "seal-passphrase": {
            const sealer = new Encrypter();
            sealer.setPassphrase(keys[0]);
            sealer.setScryptWorkFactor(10);
            return sealer.encrypt(input);
        }
        case "open-passphrase": {
            const opener = new Decrypter();
            opener.addPassphrase(keys[0]);
            return opener.decrypt(input, "uint8array");
        }
        default:
            throw new Error(`unknown: ${what}`);
    }
}

process.stdout.write(await run());
