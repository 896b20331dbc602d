package org.sigillo.intake;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/// What the sources' pages say only where script runs, or of it; the other languages are in `messages/script_*.properties`. What stands
/// between two `%` the script fills in.
@MessageBundle("script")
interface ScriptTexts {
    @Message(
            "Without JavaScript, or by the plain form, this server draws your codename, and seals what you send as it arrives. Whoever had taken the server over just then could read along.")
    String plain_start();

    @Message(
            "Without JavaScript, or by the plain form, your seven words are sent to this server. It makes a key from them, which opens what it shows you, and forgets the words at once; the key stays in your browser’s cookie until you leave.")
    String plain_return();

    @Message(
            "Everything is sealed in this browser before it leaves. Your codename, and what you write and send, cannot be read by the server.")
    String ready();

    @Message(
            "Your seven words stay in this browser: what arrived and what was answered is opened here.")
    String ready_return();

    @Message("This browser runs programs slowly")
    String slow_title();

    @Message(
            "Perhaps it is Tor Browser at a higher level. Sealing here would take about %minutes% minutes for 1 GB. The plain form is faster, but then the server seals what you send.")
    String slow_text();

    @Message("Use the plain form")
    String slow_plain();

    @Message("Seal here all the same")
    String slow_stay();

    @Message(
            "The program of this page failed, so this is the plain form. Read below what it sends.")
    String broken();

    @Message("The seven words that you saw are void; nothing was sent under them. Cross them out.")
    String broken_codename();

    @Message(
            "The server does not answer as it should. Nothing was lost; try once more, perhaps in some minutes. The plain form asks the same server, and sends it your codename or has it draw one.")
    String server();

    @Message("The program of this page failed")
    String failed_title();

    @Message(
            "What had arrived is safe. Load the page again and come back with your codename: it lists what arrived, and what can be gone on with.")
    String failed_text();

    @Message("Send nothing here")
    String evidence_title();

    @Message(
            "The records of this newsroom do not add up: who could open what you send does not follow from their beginning. Nothing more is sent; what had arrived is safe. Do not send anything by the plain form either, and tell the newsroom in another way.")
    String evidence_text();

    @Message(
            "These seven words are your only way back: to see what arrived and to read answers. They were drawn in this browser and are sent nowhere; you see them until you go on, and never again.")
    String codename_lead();

    @Message("One moment …")
    String working();

    @Message(
            "Each up to %limit%. If the connection breaks, it goes on by itself. If this page is closed, come back with your codename and choose the same file: it goes on where it was.")
    String files_hint();

    @Message("There is neither a message nor a file. Write something or choose a file.")
    String wrong_empty();

    @Message(
            "Your message has seven words in a row that may be your codename. Nothing was sent. Take them out of it, then send.")
    String wrong_codename();

    @Message("Write at least %number% characters about what you send, the first time.")
    String wrong_short();

    @Message("A file is larger than %limit%. Cut it into parts, and choose these.")
    String wrong_large();

    @Message("On its way")
    String sending_title();

    @Message(
            "Leave this page open. Each part is safe as soon as it has arrived; one that is under way is sent again when the connection breaks.")
    String sending_lead();

    @Message("Message")
    String item_message();

    @Message("waiting")
    String state_waiting();

    @Message("recognizing what has arrived")
    String state_checking();

    @Message("%done% of %total%")
    String state_sending();

    @Message("almost there")
    String state_finishing();

    @Message("Arrived, as number %number%")
    String state_arrived();

    @Message("%speed% a second")
    String speed();

    @Message("about %number% min left")
    String left_minutes();

    @Message("about %number% h left")
    String left_hours();

    @Message("Paused. What has arrived is safe.")
    String paused();

    @Message("Pause")
    String pause();

    @Message("Go on sending")
    String resume();

    @Message("Give this one up")
    String stop();

    @Message("Try once more")
    String again();

    @Message(
            "No connection. It is tried again by itself, in %seconds% seconds. Nothing that has arrived is lost. You may also close this page, and later come back with your codename and choose the same file.")
    String offline();

    @Message("Many people are sending. It is tried again by itself, in %seconds% seconds.")
    String busy();

    @Message(
            "This is being sent from another window or program, too. It is looked at again by itself, in %seconds% seconds.")
    String elsewhere();

    @Message("Try now")
    String now();

    @Message(
            "This is not the file that was begun, or it has changed since. Nothing was mixed. Choose the file that you chose first, or give up what was begun and send this one from its beginning.")
    String why_other_file();

    @Message(
            "The browser cannot read this file any more. Perhaps it was moved or changed, or its stick was taken out. Choose it again under “Go on with it”.")
    String why_unreadable();

    @Message(
            "Our store is full at the moment. What has arrived is safe. Try once more in some hours.")
    String why_full();

    @Message(
            "Under this codename as much has arrived as may. All of it is safe. Put what is left into an archive (zip, tar), leave and begin again, and say in the new message what it belongs to.")
    String why_full_case();

    @Message("Nothing is taken in at the moment. What has arrived is safe. Try once more later.")
    String why_closed();

    @Message(
            "The server says something that does not follow from the newsroom’s records. Nothing more was sent. Tell the newsroom in another way.")
    String why_evidence();

    @Message(
            "What you sent before went by the plain form, and this page cannot check its key yet. Try once more after the ledger’s next time, in some hours at most.")
    String why_untraced();

    @Message("This is larger than what is taken in. Cut it into parts.")
    String why_large();

    @Message("Too many files are begun and not finished. Finish or give up one of them.")
    String why_unfinished();

    @Message("Given up. Nothing of it is kept.")
    String why_stopped();

    @Message("This file has arrived already, as file %number%. It was not sent again.")
    String why_arrived();

    @Message("Send it once more all the same")
    String anyway();

    @Message("This file was begun before. It goes on where it was.")
    String note_begun();

    @Message(
            "A file of the same size was begun and is not finished. This is another one, and is sent from its beginning.")
    String note_other();

    @Message(
            "Another tab of this browser is sending this, and goes on. To give it up, stop it there.")
    String why_elsewhere();

    @Message("Nothing can be begun with this codename. Begin anew from the start page.")
    String why_no_case();

    @Message("Something failed on our side. What has arrived is safe. Try once more later.")
    String why_fault();

    @Message("This line cannot be opened with your codename. Tell us so in a message.")
    String line_broken();

    @Message("Begun and not finished")
    String unfinished_title();

    @Message(
            "Of these, parts have arrived. The newsroom does not see them yet, and they are removed after some days.")
    String unfinished_lead();

    @Message("A file of %size%; about %arrived% have arrived")
    String unfinished_file();

    @Message("A message that did not arrive whole. Give it up, and write it again.")
    String unfinished_message();

    @Message("Go on with it: choose the same file again")
    String go_on_with();

    @Message("Of these words, the list does not have number %numbers%. Look for a slip.")
    String words_unknown();

    @Message("These are not seven words.")
    String words_count();

    @Message("How to check this page")
    String check_title();

    @Message(
            "This page runs two programs. These are their SHA-256; your browser refuses the first if it is another.")
    String check_lead();

    @Message("Both are made from public source, always the same to the last byte. In a copy of it:")
    String check_build();

    @Message(
            "Compare the values with what this page says over another circuit, on another day, and to somebody else; the newsroom’s ledger records each change of them. A server can show you alone another program, and no page can find that out by itself. Each pair of programs that this server gives out is entered in its ledger, which auditors read.")
    String check_compare();

    @Message(
            "Who can open what you send follows from the first entry of the ledger, and this page follows it. Its hash, which the newsroom gives out elsewhere too:")
    String check_genesis();
}
