// count.mjs REPORTS [CLASSES]: adds up the JUnit XML reports of a folder and prints "passed failed". No report or no test is an error;
// what was skipped counts as failed, since nothing may be skipped, and so does a process of tests that died: its classes have no
// reports. Failsafe says so; for Surefire, which does not, each *Test of CLASSES must have one.
import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";

const [folder, classes] = process.argv.slice(2);
let tests = 0;
let bad = 0;
let died = 0;
for (const name of readdirSync(folder)) {
  if (!name.endsWith(".xml")) continue;
  const text = readFileSync(join(folder, name), "utf8");
  if (name.startsWith("failsafe-summary")) {
    if (/timeout="true"|<failureMessage(?![^>]*xsi:nil="true")/.test(text)) died++;
    continue;
  }
  for (const [, attributes] of text.matchAll(/<testsuite\s([^>]*)>/g)) {
    const number = (key) => Number(new RegExp(`(?:^|\\s)${key}="(\\d+)"`).exec(attributes)?.[1] ?? 0);
    tests += number("tests");
    bad += number("failures") + number("errors") + number("skipped");
  }
}
if (classes !== undefined) {
  // What is nested in a class may have a report of its own.
  const reported = new Set(readdirSync(folder).map((name) => name.replace(/^TEST-(.*)\.xml$/, "$1").replace(/\$.*/, "")));
  for (const file of readdirSync(classes, { recursive: true })) {
    const name = file.replace(/\.class$/, "").split(sep).join(".");
    if (/Test\.class$/.test(file) && !file.includes("$") && !reported.has(name)) {
      console.error(`${name} has left no report`);
      died++;
    }
  }
}
if (tests === 0) process.exit(1);
console.log(`${Math.max(0, tests - bad)} ${bad + died}`);
