import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.rocketmq.client.apis.ClientException;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;
import org.apache.rocketmq.client.apis.producer.Producer;
import org.apache.rocketmq.client.apis.producer.Transaction;
import org.apache.rocketmq.client.apis.producer.TransactionResolution;

/** The scenarios of ../README.md with the official Java client: java Scenarios host:port topic-prefix. */
final class Scenarios {
    private static final int LARGE_BODY_BYTES = 1 << 20;
    private static final long DELAY_MS = 3000;
    private static final long DELAY_TOLERANCE_MS = 1000;

    private final Client client;
    private final AtomicInteger asked = new AtomicInteger();
    private final Producer producer;

    private Scenarios(String endpoint, String prefix) throws ClientException {
        client = new Client(endpoint, prefix);
        producer = Client.PROVIDER.newProducerBuilder()
            .setClientConfiguration(client.configuration())
            .setTopics(client.topic("normal"), client.topic("fifo"), client.topic("delay"), client.topic("transaction"))
            .setTransactionChecker(message -> {
                asked.incrementAndGet();
                return TransactionResolution.COMMIT;
            })
            .build();
    }

    public static void main(String[] arguments) throws Exception {
        Scenarios scenarios = new Scenarios(arguments[0], arguments[1]);
        report("simple", scenarios::simple);
        report("push", scenarios::push);
        report("large", scenarios::large);
        report("fifo", () -> scenarios.fifo("fifo", null));
        report("fifo-retry", () -> scenarios.fifo("retry", "north 3"));
        report("delay", scenarios::delay);
        report("transaction", scenarios::transaction);
        report("check-back", scenarios::checkBack);
        scenarios.producer.close();
        // The client leaves threads behind that are no daemons.
        System.exit(0);
    }

    private static void report(String scenario, Callable<String> run) {
        boolean ok = true;
        String detail;
        try {
            detail = run.call();
        } catch (Exception error) {
            error.printStackTrace();
            ok = false;
            detail = String.valueOf(error).replaceAll("[\"\\\\\\p{Cntrl}]", " ");
        }
        System.out.printf("{\"scenario\": \"%s\", \"ok\": %s, \"detail\": \"%s\"}%n", scenario, ok, detail);
    }

    private String simple() throws Exception {
        List<String> bodies = numbered("simple");
        List<String> ids = new ArrayList<>();
        for (String body : bodies) {
            ids.add(send(client.message("normal", body, "simple").addProperty("shop", "north")));
        }
        List<MessageView> received = client.receive("normal", "simple", bodies.size());
        expect(sorted(Client.bodies(received)), sorted(bodies.stream()));
        expect(sorted(received.stream().map(message -> message.getMessageId().toString())), sorted(ids.stream()));
        for (MessageView message : received) {
            expect(message.getTag().orElse(""), "simple");
            expect(List.copyOf(message.getKeys()), List.of("key-simple"));
            expect(message.getProperties().get("shop"), "north");
        }
        return received.size() + " messages";
    }

    private String push() throws Exception {
        List<String> bodies = numbered("push");
        List<Client.Arrival> arrivals = client.pushed("normal", "push", null, bodies.size(), () -> {
            for (String body : bodies) {
                send(client.message("normal", body, "push"));
            }
            return null;
        });
        expect(sorted(arrivals.stream().map(arrival -> arrival.body)), sorted(bodies.stream()));
        return arrivals.size() + " messages";
    }

    private String large() throws Exception {
        byte[] body = new byte[LARGE_BODY_BYTES];
        new Random().nextBytes(body);
        send(client.message("normal", "large", "large").setBody(body));
        MessageView received = client.receive("normal", "large", 1).get(0);
        byte[] got = new byte[received.getBody().remaining()];
        received.getBody().get(got);
        expect(Arrays.equals(got, body), true);
        return body.length + " bytes";
    }

    private String fifo(String tag, String failsOnce) throws Exception {
        List<String> north = numbered("north");
        List<String> south = numbered("south");
        List<Client.Arrival> arrivals = client.pushed("fifo", tag, failsOnce, north.size() + south.size(), () -> {
            for (int number = 0; number < north.size(); number += 1) {
                for (String body : List.of(north.get(number), south.get(number))) {
                    send(client.message("fifo", body, tag).setMessageGroup(body.split(" ")[0]));
                }
            }
            return null;
        });
        for (List<String> group : List.of(north, south)) {
            expect(arrivals.stream().map(arrival -> arrival.body).filter(group::contains).collect(Collectors.toList()), group);
        }
        return "2 groups of 10 in order";
    }

    private String delay() throws Exception {
        long dueMs = System.currentTimeMillis() + DELAY_MS;
        Client.Arrival arrival = client.pushed("delay", "delay", null, 1, () -> {
            send(client.message("delay", "delay", "delay").setDeliveryTimestamp(dueMs));
            return null;
        }).get(0);
        long lateMs = arrival.atMs - dueMs;
        if (lateMs < 0 || lateMs > DELAY_TOLERANCE_MS) {
            throw new IllegalStateException(lateMs + " ms late");
        }
        return lateMs + " ms late";
    }

    private String transaction() throws Exception {
        Transaction rolledBack = sendHalf("rolled back", "ended");
        Transaction committed = sendHalf("committed", "ended");
        rolledBack.rollback();
        committed.commit();
        expect(sorted(Client.bodies(client.receive("transaction", "ended", 1))), List.of("committed"));
        return "commit and rollback";
    }

    private String checkBack() throws Exception {
        sendHalf("undecided", "undecided");
        expect(sorted(Client.bodies(client.receive("transaction", "undecided", 1))), List.of("undecided"));
        expect(asked.get() > 0, true);
        return "asked " + asked.get() + " times";
    }

    private Transaction sendHalf(String body, String tag) throws ClientException {
        Transaction transaction = producer.beginTransaction();
        producer.send(client.message("transaction", body, tag).build(), transaction);
        return transaction;
    }

    private String send(MessageBuilder message) throws ClientException {
        return producer.send(message.build()).getMessageId().toString();
    }

    private static List<String> numbered(String name) {
        return IntStream.range(0, 10).mapToObj(number -> name + " " + number).collect(Collectors.toList());
    }

    private static List<String> sorted(Stream<String> values) {
        return values.sorted().collect(Collectors.toList());
    }

    private static void expect(Object actual, Object wanted) {
        if (!wanted.equals(actual)) {
            throw new IllegalStateException(actual + " instead of " + wanted);
        }
    }
}
