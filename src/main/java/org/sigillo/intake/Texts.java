package org.sigillo.intake;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/// What the sources' pages say, in English (others: `messages/drop_*.properties`). The script fills in an `Object` by itself.
@MessageBundle("drop")
interface Texts {
    @Message("Skip to the content")
    String skip();

    @Message("Languages")
    String languages();

    @Message(
            "This page sets no cookie before you begin, asks nobody else, and keeps no record of who visited.")
    String footer();

    @Message("Send us something in confidence")
    String start_title();

    @Message(
            "You can send a message and files of any kind. They are sealed as they arrive; only our reviewers can open them.")
    String start_lead();

    @Message(
            "Use Tor Browser at its level “Safest”, on a machine and a network that are not your employer’s.")
    String start_tor();

    @Message(
            "Files can tell who made them (author, printer, camera). If that can point to you, say so in the message, and we will take care of it before anything is published.")
    String start_meta();

    @Message("Begin")
    String begin();

    @Message("I have a codename")
    String have_codename();

    @Message("Closed at the moment")
    String closed_title();

    @Message(
            "Nobody is here yet who could open what you send, so nothing is accepted. Please come back later. A codename that you already have still works.")
    String closed_text();

    @Message(
            "The newsroom is looking into a fault of its records, and nothing is accepted until that is done. Please come back later. A codename that you already have still works then.")
    String halted_text();

    @Message("Your codename")
    String codename_title();

    @Message(
            "These seven words are your only way back: to see what arrived and to read answers. You see them on this page until you go on, for half an hour at most, and never again; we do not keep them and cannot restore them.")
    String codename_lead();

    @Message(
            "Learn them by heart, or write them on paper that nobody else finds. Do not make a picture of the screen, and never put them in a message.")
    String codename_keep();

    @Message("To go on, type word number {number} of the seven:")
    String codename_ask(String number);

    @Message("That was another word. Count again from the first; the words are still here.")
    String codename_wrong();

    @Message("Go on")
    String go_on();

    @Message("Your codename is no longer shown")
    String gone_title();

    @Message(
            "You went on with it, and since then we do not have its seven words any more. It is valid: if you have noted it, simply go on. If you have not, leave and begin again, before you send anything.")
    String gone_text();

    @Message("Please begin again")
    String expired_title();

    @Message(
            "This page was open too long, or it was left. What had arrived is safe: come back with your codename. Without a confirmed codename, begin again.")
    String expired_text();

    @Message("Message and files")
    String form_title();

    @Message("Message")
    String form_message();

    @Message(
            "What this is, how you came by it, what we must be careful about. Never your codename.")
    String form_message_hint();

    @Message(
            "The first time, at least {number} characters: without a word nobody can tell what files are worth.")
    String form_message_first(String number);

    @Message(
            "Write at least {number} characters about what you send, the first time. Nothing was kept: choose the files again.")
    String error_short(int number);

    @Message("Files (choose as many as you like)")
    String form_files();

    @Message(
            "Up to {limit} in one go. Each file is safe as soon as it is complete: if the connection breaks, only the one under way is lost. Leave this page open until the next one appears.")
    String form_files_hint(String limit);

    @Message("Send")
    String form_send();

    @Message("There was neither a message nor a file. Write something or choose a file.")
    String error_empty();

    @Message(
            "Your message holds seven words in a row that may be your codename. Nothing of it was kept, not even here: write it again without them, and choose the files again.")
    String error_codename();

    @Message("The message is longer than 1 MiB. Send it as a file.")
    String error_message();

    @Message(
            "More than {number} files in one go. Those listed under your codename are safe; send the others again.")
    String error_many(int number);

    @Message(
            "Under this codename as much has arrived as may: {number} files and messages. All of them are safe. Put what is left into an archive (zip, tar), leave and begin again, and say in the new message what it belongs to.")
    String error_case(int number);

    @Message(
            "The form arrived damaged, without its end, or from another program. Of its message and files, {number} arrived whole and are listed under your codename; those are safe. Send the others again, from this page.")
    String error_malformed(int number);

    @Message(
            "That was more than {limit} in one go. Files that are listed under your codename are safe; send the others in smaller portions.")
    String error_large(String limit);

    @Message(
            "Our store is full at the moment. Files that are listed under your codename are safe. Try the others again in some hours.")
    String error_full();

    @Message(
            "Too many people are sending at once. Nothing was taken in. Try again in a few minutes.")
    String error_busy();

    @Message(
            "Something failed on our side. What is listed under your codename is safe; what is not listed there did not arrive. Try again later.")
    String error_fault();

    @Message("Come back")
    String return_title();

    @Message("Your seven words")
    String return_label();

    @Message("In any case and with any spaces between them.")
    String return_hint();

    @Message("Show what arrived")
    String return_go();

    @Message("Try again")
    String try_again();

    @Message("Start page")
    String start_page();

    @Message("You have left")
    String left_title();

    @Message("Nothing of this visit is left in this window. Now close the browser.")
    String left_text();

    @Message("Before you send")
    String before_title();

    @Message("Read this in peace: opening this page tells us nothing, and it sets no cookie.")
    String before_lead();

    @Message("Where you do it")
    String before_where();

    @Message(
            "Not at work, and with no machine, telephone or network of your employer: they record which pages are opened, which files are copied and what is printed.")
    String before_where_work();

    @Message(
            "Tor Browser hides from your provider which page you open, and from us where you are. Your provider can still see that you use Tor, and when.")
    String before_where_tor();

    @Message(
            "If being found would cost you your freedom, start the machine from a memory stick with Tails: nothing of it stays behind.")
    String before_where_tails();

    @Message(
            "Tell nobody, also not afterwards, and do not look every day whether we have published something.")
    String before_where_silence();

    @Message("How long it takes")
    String before_time();

    @Message("Tor is slow. Reckon with:")
    String before_time_lead();

    @Message("about {number} minutes")
    String before_minutes(int number);

    @Message("about {number} hours")
    String before_hours(int number);

    @Message(
            "More than {limit} does not go in one form; send the rest in another one, under the same codename.")
    String before_time_more(String limit);

    @Message("If the connection breaks")
    String before_break();

    @Message(
            "A file is safe as soon as it is complete; one that was under way has to be sent again from its beginning. Come back with your codename: what the page lists has arrived, and nothing else.")
    String before_break_lead();

    @Message(
            "So cut a large file into parts that arrive one by one. In Tails and Linux, in a terminal (film.mp4 stands for your file):")
    String before_split();

    @Message(
            "In Windows, 7-Zip does the same (“Split file…”, 200M). Choose all parts in the form; with film.mp4.001, film.mp4.002 and so on as their names we can put them together again.")
    String before_split_else();

    @Message("What files tell")
    String before_files();

    @Message(
            "Documents name their author, machine and printer; photographs the camera, the day and often the place; mails the way they took. A printed page can carry marks of its printer.")
    String before_files_meta();

    @Message(
            "Send the files as they are, if you can: a file that was altered is harder to prove genuine. Say in the message what in them could lead to you.")
    String before_files_whole();

    @Message(
            "Think of who could have had exactly these files. If they are few, tell us: it decides what we may publish.")
    String before_files_few();

    @Message("What we know, and what we do not")
    String before_know();

    @Message(
            "We write down no address, no browser, no language and no time of day: only the day on which each file arrived, and about how large it is.")
    String before_know_not();

    @Message(
            "Each file is sealed as it arrives, to keys that only our reviewers’ own machines hold. Until it is sealed it passes through our server: whoever had taken that over just then could read along.")
    String before_know_sealed();

    @Message(
            "Whoever has your codename can see what you sent. Nobody can bring it back, not even we.")
    String before_know_codename();

    @Message(
            "Our public ledger grows by the same number of entries at fixed times, whether anybody has sent something or not.")
    String before_know_ledger();
}
