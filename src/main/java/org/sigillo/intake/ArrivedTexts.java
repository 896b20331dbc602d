package org.sigillo.intake;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/// What a source reads of what arrived, of our answers and of what it takes back; the other languages are in
/// `messages/arrived_*.properties`. The script fills in what stands between two `%`.
@MessageBundle("arrived")
interface ArrivedTexts {
    @Message("What arrived")
    String title();

    @Message("Everything listed here is complete and sealed. What is not listed did not arrive.")
    String lead();

    @Message(
            "The ledger takes entries in at fixed times. This page renews itself until yours have their numbers, which may take more than one of these times; you need not wait for that. What is listed is safe.")
    String waits();

    @Message(
            "{count} files and messages arrived. This page shows those with the numbers {first} to {last}; the others are on the pages below. Everything on these pages is complete and sealed. What is on none of them did not arrive.")
    String lead_part(String count, String first, String last);

    @Message("All that arrived")
    String parts();

    @Message("Number {first}")
    String part_one(String first);

    @Message("Numbers {first} to {last}")
    String part(String first, String last);

    @Message("Nothing under this codename")
    String none_title();

    @Message(
            "Either a word is wrong, or nothing was ever sent with this codename. Check the seven words and try again. If what you sent first broke off before anything of it reached us, nothing can be begun with these words any more: begin again from the start page, with a new codename.")
    String none();

    @Message("Nothing has arrived whole yet. What is not listed did not arrive.")
    String none_yet();

    @Message("File {number}")
    String a_file(String number);

    @Message("Message {number}")
    String a_message(String number);

    @Message("Day")
    String day();

    /// The number stands alone: one byte is one, too.
    @Message("Size in bytes")
    String size();

    @Message("SHA-256")
    String digest();

    @Message("Entry in the ledger")
    String index();

    @Message("not yet")
    String pending();

    @Message("Our answers")
    String reply_title();

    @Message("Each was written and signed by one of our reviewers, and sealed to your codename.")
    String reply_lead();

    @Message("Answer {number}")
    String reply_number(String number);

    @Message("New")
    String reply_new();

    @Message(
            "This answer cannot be opened with your codename. Tell us so in a message; what you sent is not touched by that.")
    String reply_broken();

    @Message("Remove this answer")
    String reply_remove();

    @Message(
            "It is gone from here at once and for good, and from copies of our database when they expire. What you sent stays.")
    String reply_remove_hint();

    @Message("This answer is not here, or not any more.")
    String reply_none();

    @Message("Write back, or send more")
    String reply_back();

    @Message("Take this line off the page")
    String forget();

    @Message(
            "Your codename will not show it any more and brings no receipt for it. What you sent stays with us.")
    String forget_hint();

    @Message("There is nothing of this number here.")
    String forget_none();

    @Message("Take something back")
    String wish_title();

    @Message("Show what you can take back")
    String wish_show();

    @Message(
            "Our reviewers find your request beside what you sent, as long as they have not seen to it. It cannot be taken back; write to us if you change your mind.")
    String wish_lead();

    @Message("I want this. I know that it cannot be taken back")
    String wish_sure();

    @Message("Nothing was done. If you want it, tick the box above the buttons first.")
    String wish_refused();

    @Message("Publish nothing of mine any more")
    String wish_consent();

    @Message("What is published already stays published.")
    String wish_consent_hint();

    @Message("Delete what I sent")
    String wish_deletion();

    @Message(
            "A person does that. Our store can keep the sealed files from being removed for some weeks. The entries in the ledger stay; they say nothing of what you sent.")
    String wish_deletion_hint();

    @Message("On {day} you asked that nothing of yours is published any more.")
    String wished_consent(String day);

    @Message("On {day} you asked that what you sent is deleted.")
    String wished_deletion(String day);

    @Message("A reviewer has seen to it.")
    String wish_settled();

    @Message("No reviewer has seen to it yet.")
    String wish_open();

    @Message("Send more")
    String more();

    @Message("Leave")
    String leave();

    @Message("Receipt, sealed to your codename")
    String receipt_sealed();

    @Message("Open receipt")
    String receipt_plain();

    @Message(
            "A receipt proves that this file was sent to us and when. An open one proves to whoever finds it that you sent it. You need not keep one: your codename brings it back at any time.")
    String receipt_warning();

    @Message("I understand: this proves that I sent it")
    String receipt_wish();

    @Message("Tick the box first: an open receipt proves that you sent it.")
    String receipt_refused();

    @Message("There is no receipt of this number yet. Wait until its entry has a number.")
    String receipt_none();

    @Message("Receipts")
    String receipts();
}
