package org.sigillo.web;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/// What no honest request's JSON has: a member twice, of which two readers may believe different ones; more than a body may hold
/// ([BodyLimit]), should one come past the door all the same; names and nesting that nothing here has; nothing in a list of something.
@Singleton
final class JsonBounds implements ObjectMapperCustomizer {
    private static final int NAME = 256;
    private static final int DEPTH = 32;

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));
        mapper.getFactory()
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxStringLength(BodyLimit.SMALL)
                                .maxDocumentLength(BodyLimit.SMALL)
                                .maxNameLength(NAME)
                                .maxNestingDepth(DEPTH)
                                .build());
    }
}
