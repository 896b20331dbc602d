/// Starts the real parts for the demo and for the tests: PostgreSQL, Keycloak, the application, a witness and a time stamp
/// authority, on loopback only.
/// [Stack] is the first to open. Everything that a stack keeps lies in one [DataFolder]:
///
/// | below the folder | what |
/// | --- | --- |
/// | `.sigillo-demo`, `.lock` | says that the folder is ours; held while a stack runs on it |
/// | `secrets/` | random passwords, the application's settings, the log's key; 0600 |
/// | `postgres/`, `keycloak/`, `vault/`, `keys/` | what the parts keep |
/// | `outside/` | keys and state of the witness, keys of the authority, and the files that say whom to believe |
/// | `run/` | copies of the programs, the ports of the last start |
/// | `logs/` | what the parts print |
///
/// Not trusted with anything real: whoever reads the folder has every example key's passphrase anyway.
@NullMarked
package org.sigillo.stack;

import org.jspecify.annotations.NullMarked;
