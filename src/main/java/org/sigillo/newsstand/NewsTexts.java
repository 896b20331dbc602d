package org.sigillo.newsstand;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/// What the public pages say, in English; the other languages are in `messages/news_*.properties`.
@MessageBundle("news")
interface NewsTexts {
    @Message("Skip to the content")
    String skip();

    @Message("Languages")
    String languages();

    @Message("This page sets no cookie, runs no script and asks nobody else.")
    String footer();

    @Message("Published documents")
    String title();

    @Message(
            "Each release was proposed by one person, approved by editors who did not propose it, and entered in a public ledger. Everything here can be checked without us.")
    String lead();

    @Message("Nothing has been published yet.")
    String none();

    @Message("Published on {day}.")
    String released_on(String day);

    @Message("Files: {number}.")
    String count(int number);

    @Message("Why we publish this")
    String why();

    @Message("Files")
    String files();

    @Message("Size")
    String size();

    @Message("{number} bytes")
    String bytes(String number);

    @Message("Download everything with its proofs (tar)")
    String whole();

    @Message("How to check it")
    String check();

    @Message(
            "A single file: compute its SHA-256 and compare it with the one above. The whole package: download it and run this command, which asks nothing over the network.")
    String check_text();

    @Message(
            "Take the genesis hash (the last part of the command) from a printed issue or another place that you trust, not from this page alone.")
    String check_genesis();

    @Message("Entry in the ledger")
    String entry();

    @Message("Manifest (SHA-256)")
    String manifest();

    @Message("Ledger")
    String origin();
}
