package org.sigillo.custody;

import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;

/// Days and times of four-digit years, letter by letter: a verifier reads millions of them. What is
/// written in another way is for the JDK's parser to accept or refuse.
final class Times {
    private static final String DAY = "dddd-dd-dd";
    private static final String TIME = "dddd-dd-ddTdd:dd:ddZ";
    private static final long SECONDS_A_DAY = 86_400;

    private Times() {}

    static boolean isPlainDay(String text) {
        return matches(text, DAY) && isDay(text);
    }

    /// A time in UTC and whole seconds, without a leap second.
    static Optional<Instant> plain(String text) {
        if (!matches(text, TIME) || !isDay(text)) {
            return Optional.empty();
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            return Optional.empty();
        }
        long days = YearMonth.of(year(text), month(text)).atDay(day(text)).toEpochDay();
        return Optional.of(
                Instant.ofEpochSecond(days * SECONDS_A_DAY + 3600L * hour + 60L * minute + second));
    }

    private static boolean isDay(String text) {
        int month = month(text);
        int day = day(text);
        return month >= 1
                && month <= 12
                && day >= 1
                && (day <= 28 || day <= YearMonth.of(year(text), month).lengthOfMonth());
    }

    private static int year(String text) {
        return number(text, 0, 4);
    }

    private static int month(String text) {
        return number(text, 5, 7);
    }

    private static int day(String text) {
        return number(text, 8, 10);
    }

    private static boolean matches(String text, String shape) {
        if (text.length() != shape.length()) {
            return false;
        }
        for (int i = 0; i < shape.length(); i++) {
            char c = text.charAt(i);
            if (shape.charAt(i) == 'd' ? c < '0' || c > '9' : c != shape.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }
}
