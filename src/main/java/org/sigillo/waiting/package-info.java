/// Who may come in next, when more come than there is room for.
///
/// Open [Line] first: those who wait, whoever came first goes first. [Uploads] are the places of what is being read, [Work] what a
/// program computes before it may ask, [Once] lets it count once, [OneEach] serves nobody twice at once, and [Renewal] is when a page asks again. Invariants: nobody is told apart by anything but a locator and when they came; nothing is
/// stored; a line holds no more than it may, and what has stopped gives way to who waits.
///
/// Not trusted: it decides when somebody is served, never what they get.
@NullMarked
package org.sigillo.waiting;

import org.jspecify.annotations.NullMarked;
