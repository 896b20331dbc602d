package org.sigillo.note;

/// One verified signature line of a cosigner (C2SP tlog-cosignature).
///
/// @param name the cosigner's key name
/// @param keyId 8 hex digits
/// @param time POSIX seconds; 0 says nothing about a time
/// @param line the line as it stands in a note, without its line end
public record Cosignature(String name, String keyId, long time, String line) {}
