package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Retention;

/// The segments of every exhibit, as rows that were compared with their events say.
@ApplicationScoped
class SealedSegments implements Holdings {
    private final Ledger ledger;
    private final DocketRows rows;
    private final UnfinishedRows begun;
    private final Transactions transactions;
    private final InstantSource clock;
    private final Keeping keeping;

    SealedSegments(
            Ledger ledger,
            DocketRows rows,
            UnfinishedRows begun,
            Transactions transactions,
            InstantSource clock,
            @ConfigProperty(name = "sigillo.keep.arrived-days") int arrived,
            @ConfigProperty(name = "sigillo.keep.taken-up-days") int takenUp,
            @ConfigProperty(name = "sigillo.keep.taken-up-mode") Retention.Mode mode,
            @ConfigProperty(name = "sigillo.keep.taken-up-hold") boolean hold) {
        this.ledger = ledger;
        this.rows = rows;
        this.begun = begun;
        this.transactions = transactions;
        this.clock = clock;
        this.keeping = new Keeping(arrived, takenUp, mode, hold);
    }

    /// How long segments are kept: for a short while what anybody may send, for longer what a reviewer has
    /// taken up.
    ///
    /// @param arrived days from the day on which it came
    /// @param takenUp days from the day on which the case was taken up
    /// @param mode of what was taken up
    /// @param hold whether what was taken up is under a legal hold besides
    private record Keeping(int arrived, int takenUp, Retention.Mode mode, boolean hold) {
        Optional<Retention> of(LocalDate came, Optional<LocalDate> taken, LocalDate today) {
            Retention first = Retention.governance(came.plusDays(arrived));
            Retention wanted =
                    taken.map(day -> new Retention(mode, day.plusDays(takenUp), hold).and(first))
                            .orElse(first);
            return wanted.until().isAfter(today) || wanted.hold()
                    ? Optional.of(wanted)
                    : Optional.empty();
        }
    }

    /// A segment of an exhibit of a case.
    record Segment(Id caseId, Id exhibit, int number) {}

    @Override
    public String prefix() {
        return "segments";
    }

    static String address(Id exhibit, int number) {
        return folder(exhibit) + "/" + number;
    }

    static String folder(Id exhibit) {
        return "segments/" + exhibit;
    }

    /// What is begun is held, too, and stays in staging until it is finished or given up: whatever the clocks say, its sender counts on
    /// it.
    @Override
    public void heldOf(List<String> addresses, Consumer<Held> visitor) {
        Map<String, Held> held = new HashMap<>();
        try {
            gather(addresses, () -> casesOf(addresses), held);
        } finally {
            held.values().forEach(visitor);
        }
    }

    private Set<String> casesOf(List<String> addresses) {
        Set<String> cases = new LinkedHashSet<>();
        addresses.forEach(it -> caseOf(it).ifPresent(cases::add));
        return cases;
    }

    @Override
    public Set<String> heldInAll(List<String> addresses) {
        Map<String, Held> held = new HashMap<>();
        gather(addresses, () -> transactions.call(rows::caseIds), held);
        return held.keySet();
    }

    /// What is begun first: what is finished meanwhile is found as an exhibit's then.
    private void gather(
            List<String> addresses,
            Supplier<? extends Collection<String>> cases,
            Map<String, Held> held) {
        Set<String> asked = new HashSet<>(addresses);
        Consumer<Held> keep =
                it -> {
                    if (asked.contains(it.address())) {
                        held.put(it.address(), it);
                    }
                };
        Holdings.visit(
                List.<Runnable>of(
                        () -> Holdings.visit(exhibits(asked), id -> begun(id).forEach(keep)),
                        () -> Holdings.visit(cases.get(), id -> segments(id).forEach(keep))),
                Runnable::run);
    }

    private static Set<String> exhibits(Set<String> addresses) {
        return addresses.stream()
                .map(it -> it.split("/", -1))
                .filter(it -> it.length == 3)
                .map(it -> it[1])
                .collect(Collectors.toSet());
    }

    private List<Held> begun(String exhibit) {
        return transactions.call(() -> begun.segments(exhibit)).stream()
                .map(it ->
                        new Held(
                                address(Id.parse(it.exhibit), it.number),
                                Sha256.parse(it.digest),
                                false,
                                Optional.empty()))
                .toList();
    }

    private Optional<String> caseOf(String address) {
        String[] parts = address.split("/", -1);
        return parts.length == 3
                ? transactions.call(() -> rows.exhibit(parts[1]).map(row -> row.caseId))
                : Optional.empty();
    }

    /// Which segment lies there.
    Optional<Segment> segment(String address) {
        String[] parts = address.split("/", -1);
        return caseOf(address)
                .map(id ->
                        new Segment(Id.parse(id), Id.parse(parts[1]), Integer.parseInt(parts[2])));
    }

    @Override
    public void forEach(Consumer<Held> visitor) {
        Holdings.visit(transactions.call(rows::caseIds), id -> segments(id).forEach(visitor));
    }

    private List<Held> segments(String caseId) {
        return transactions.call(() -> held(rows.byId(caseId)));
    }

    private List<Held> held(CaseRow row) {
        CheckedCase known = CheckedCase.of(ledger, rows, row);
        Optional<LocalDate> taken = known.takenUp();
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        List<Held> held = new ArrayList<>();
        for (CheckedCase.Held exhibit : known.exhibits()) {
            Optional<Retention> kept = keeping.of(LocalDate.parse(exhibit.day()), taken, today);
            for (int n = 0; n < exhibit.segments().size(); n++) {
                held.add(
                        new Held(
                                address(exhibit.id(), n),
                                exhibit.segments().get(n).digest(),
                                true,
                                kept));
            }
        }
        return held;
    }
}
