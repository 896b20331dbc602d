package org.sigillo.intake;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/// What the page says on which a receipt is checked; the other languages are in `messages/check_*.properties`. What stands between two
/// `%` the script fills in.
@MessageBundle("check")
interface CheckTexts {
    @Message("Check a receipt")
    String title();

    @Message("Check a receipt")
    String offer();

    @Message(
            "A receipt proves that a file or a message stands in our ledger, and on which day it came. Whoever holds one can check it here, and whether a file is the very one that was sent.")
    String lead();

    @Message(
            "An open receipt proves to whoever finds it that you sent us the file. Keep none on a machine that others may look into.")
    String warning();

    @Message("On this page")
    String here();

    @Message(
            "Receipt and file are read in this browser only. Nothing of them is sent or kept: the browser forbids this page’s program any connection.")
    String here_lead();

    @Message("Receipt")
    String receipt();

    @Message(
            "The file that you saved: its name ends in .tlog-proof, or in .age if it is sealed to your codename.")
    String receipt_hint();

    @Message("This receipt is sealed. The words open it in this browser and are sent nowhere.")
    String codename_hint();

    @Message("Your own copy of the file, if you have one")
    String copy();

    @Message(
            "Exactly as you sent it: opened and saved anew, it is another file. A large file takes some minutes.")
    String copy_hint();

    @Message("Check")
    String go();

    @Message("Stop")
    String stop();

    @Message("%done% of %total% read")
    String reading();

    @Message("Choose a receipt first.")
    String missing();

    @Message("The program of this page failed. Check the receipt in a terminal, as below.")
    String failed();

    @Message("In a terminal, without this page")
    String shell();

    @Message(
            "Whoever would rather not trust this page, or lets no JavaScript run, checks with the program sigillo-cli.jar. It needs no network. 1.tlog-proof stands for your receipt, film.mp4 for your file:")
    String shell_lead();

    @Message(
            "Without a copy of the file, leave out --file. For a sealed receipt (.age) the program asks for your codename.")
    String shell_file();

    @Message("The first entry of our ledger, as the file that the program needs:")
    String shell_genesis();

    @Message(
            "The program prints its hash, and this page goes by the same one. Compare it with what the newsroom gives out elsewhere:")
    String shell_compare();

    @Message("The receipt holds")
    String says_none();

    @Message("The receipt holds, and this is the file")
    String says_same();

    @Message("The receipt holds, but this is another file")
    String says_other();

    @Message("This receipt does not hold")
    String says_broken();

    @Message("This receipt is of another ledger")
    String says_log();

    @Message("This is no receipt")
    String says_nothing();

    @Message("This receipt is damaged")
    String says_damaged();

    @Message("This receipt is sealed")
    String says_sealed();

    @Message("This receipt was not opened")
    String says_unopened();

    @Message("A file could not be read")
    String says_unreadable();

    @Message("The file is empty.")
    String why_empty();

    @Message(
            "The file is larger than any receipt. Perhaps it is the file that you sent: that one is chosen below.")
    String why_large();

    @Message("It is something else. Choose the file that you saved as a receipt.")
    String why_nothing();

    @Message(
            "It proves an entry of the ledger, as auditors are given it, and says nothing of a file. The program below checks it.")
    String why_proof();

    @Message(
            "It begins like a receipt, but something is missing or was altered. Your codename brings you a whole one at any time.")
    String why_damaged();

    @Message("Type your seven words above, and check again.")
    String why_sealed();

    @Message(
            "It is sealed to another codename, or it is damaged. Look for a slip in the words, or fetch the receipt once more.")
    String why_unopened();

    @Message("Perhaps it was moved or changed, or its stick was taken out. Choose it again.")
    String why_unreadable();

    @Message(
            "It names the ledger “%origin%”, which this page does not know. Whoever has the first entry of that one can check it with the program below.")
    String why_log();

    @Message("Holds:")
    String holds();

    @Message("Does not hold:")
    String fails();

    @Message("Not looked at:")
    String open();

    @Message("the ledger %origin% has signed its state of %size% entries.")
    String step_signature();

    @Message("this ledger is closed, and ours names it as one that came before.")
    String step_closed();

    @Message("entry %index% is part of that state, unaltered.")
    String step_tree();

    @Message("it says that on %day% arrived what this receipt is about.")
    String step_event();

    @Message("your file is the one that was received, to the last byte.")
    String step_file();

    @Message(
            "what the ledger %origin% should have signed, it has not. The receipt was altered, or made up.")
    String fail_signature();

    @Message("entry %index% is no part of what the ledger signed. The receipt was altered.")
    String fail_tree();

    @Message(
            "entry %index% is about something else than the receipt says. The receipt was altered.")
    String fail_event();

    @Message(
            "your file is not the one that was received: at least one byte is another. Or what ties the receipt to its file was altered.")
    String fail_file();

    @Message("no file was compared.")
    String open_file();

    @Message("Not witnessed:")
    String unwitnessed();

    @Message(
            "this page believes no witness. Say to the program below with --policy whom you believe. It also checks every signature of the ledger, this page the first alone.")
    String open_witness();
}
