package org.sigillo.intake;

/// How far two sources have come, one by a form of two files, one by a program that sends two exhibits.
enum Step {
    /// Nothing but a session.
    NOTHING_SENT,
    /// Half of the form's first file; the program's case is begun, with one exhibit whole.
    IN_THE_FIRST,
    /// The form's first file and half of the second; half a segment of the program's second exhibit.
    IN_THE_SECOND,
    /// All but the form's last ten bytes; the second exhibit's segment is there, and it is not finished.
    BEFORE_THE_END,
    /// All was confirmed.
    AFTER_THE_ANSWER,
    /// All was sent, and whether it was taken is not known.
    AT_THE_END
}
