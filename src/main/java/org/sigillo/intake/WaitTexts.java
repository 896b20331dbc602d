package org.sigillo.intake;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/// What the sources' pages say to those who wait or are turned away, in English (others: `messages/wait_*.properties`).
@MessageBundle("wait")
interface WaitTexts {
    @Message("Please wait a little")
    String title();

    @Message("Please wait: {minutes} min so far")
    String title_since(String minutes);

    @Message("Many people are here at this moment.")
    String text();

    @Message("Your place in the line is kept.")
    String kept();

    @Message("This page goes on by itself when it is your turn.")
    String by_itself();

    @Message("This page stays as it is. Look from time to time whether it is your turn.")
    String by_hand();

    @Message("Is it my turn? Look now")
    String look();

    @Message("Until then it loads itself anew, more often at first, later about once a minute.")
    String still_hint();

    @Message("Stop it from loading itself")
    String still();

    @Message("Let this page go on by itself")
    String moving();

    @Message("You need not do anything. Leave this page open, and do not load it again.")
    String leave();

    @Message("You have waited for {minutes} min.")
    String since(String minutes);

    @Message(
            "The form comes next. If you had sent something just now, nothing of it was taken in: write it and choose the files once more then.")
    String form();

    @Message("If nothing happens: go on")
    String go_on();

    @Message("Nobody new can begin today")
    String full_title();

    @Message(
            "Far more people than usual have begun today, and the newsroom has been told. Please come back tomorrow. A codename under which something of yours has arrived works as ever; for anything else you will be given a new one then.")
    String full_text();
}
