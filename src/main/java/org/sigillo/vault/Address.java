package org.sigillo.vault;

import java.util.regex.Pattern;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// Addresses, as [Vault] defines them.
final class Address {
    private static final Pattern FORM =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,5}");

    /// What is found where nothing lies.
    static final String NOTHING = "no object";

    private Address() {}

    /// At this address lies something else than what was committed.
    static BrokenEvidenceException broken(String address, Sha256 expected, String found) {
        return new BrokenEvidenceException("the vault's " + address, expected.hex(), found);
    }

    static String checked(String address) {
        if (!FORM.matcher(address).matches()) {
            throw new MalformedException("not an address of the vault");
        }
        return address;
    }

    /// A prefix is whole parts of an address, or nothing for all of them.
    static String checkedPrefix(String prefix) {
        if (!prefix.isEmpty()) {
            checked(prefix + "/x");
        }
        return prefix;
    }

    /// Whether the application itself must write it whatever happens: the ledger's tiles and checkpoints, and
    /// what was released. What people send keeps the reserve free for that.
    static boolean isOurs(String address) {
        return !address.startsWith("segments/") && !address.startsWith("proposals/");
    }

    /// Whether an address may have such a part.
    static boolean isPart(String name) {
        return isOne(name + "/x") && name.indexOf('/') < 0;
    }

    static boolean isOne(String address) {
        return FORM.matcher(address).matches();
    }
}
