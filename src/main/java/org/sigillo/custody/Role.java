package org.sigillo.custody;

import java.util.Locale;
import org.sigillo.bytes.MalformedException;

/// What a person may act as. An administrator holds no other role.
public enum Role {
    REVIEWER,
    EDITOR,
    COUNSEL,
    AUDITOR,
    ADMINISTRATOR;

    /// The role's word in the ledger and in the identity provider's realm.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role parse(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new MalformedException("not a role");
    }
}
