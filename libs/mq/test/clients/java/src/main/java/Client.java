import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.rocketmq.client.apis.ClientConfiguration;
import org.apache.rocketmq.client.apis.ClientServiceProvider;
import org.apache.rocketmq.client.apis.consumer.ConsumeResult;
import org.apache.rocketmq.client.apis.consumer.FilterExpression;
import org.apache.rocketmq.client.apis.consumer.MessageListener;
import org.apache.rocketmq.client.apis.consumer.PushConsumer;
import org.apache.rocketmq.client.apis.consumer.SimpleConsumer;
import org.apache.rocketmq.client.apis.message.MessageBuilder;
import org.apache.rocketmq.client.apis.message.MessageView;

/** Makes and consumes the messages of one run. */
final class Client {
    static final ClientServiceProvider PROVIDER = ClientServiceProvider.loadService();
    private static final long ARRIVAL_WITHIN_MS = 30_000;

    private final String endpoint;
    private final String prefix;

    Client(String endpoint, String prefix) {
        this.endpoint = endpoint;
        this.prefix = prefix;
    }

    static final class Arrival {
        final String body;
        final long atMs;

        Arrival(String body, long atMs) {
            this.body = body;
            this.atMs = atMs;
        }
    }

    ClientConfiguration configuration() {
        return ClientConfiguration.newBuilder().setEndpoints(endpoint).build();
    }

    String topic(String kind) {
        return prefix + "_" + kind;
    }

    MessageBuilder message(String kind, String body, String tag) {
        return PROVIDER.newMessageBuilder()
            .setTopic(topic(kind))
            .setTag(tag)
            .setKeys("key-" + tag)
            .setBody(body.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes and acks `count` messages with a simple consumer. */
    List<MessageView> receive(String kind, String tag, int count) throws Exception {
        try (SimpleConsumer consumer = PROVIDER.newSimpleConsumerBuilder()
            .setClientConfiguration(configuration())
            .setConsumerGroup(topic(kind) + "_" + tag)
            .setAwaitDuration(Duration.ofSeconds(5))
            .setSubscriptionExpressions(Map.of(topic(kind), new FilterExpression(tag)))
            .build()) {
            List<MessageView> received = new ArrayList<>();
            long deadlineMs = System.currentTimeMillis() + ARRIVAL_WITHIN_MS;
            while (received.size() < count && System.currentTimeMillis() < deadlineMs) {
                for (MessageView message : consumer.receive(16, Duration.ofSeconds(30))) {
                    consumer.ack(message);
                    received.add(message);
                }
            }
            if (received.size() != count) {
                throw new IllegalStateException(received.size() + " of " + count + " messages arrived");
            }
            return received;
        }
    }

    /** What a push consumer gets while `send` runs and after it; the body `failsOnce` fails at its first delivery. */
    List<Arrival> pushed(String kind, String tag, String failsOnce, int count, Callable<Void> send) throws Exception {
        BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
        AtomicBoolean failed = new AtomicBoolean();
        MessageListener listener = message -> {
            String body = body(message);
            if (body.equals(failsOnce) && failed.compareAndSet(false, true)) {
                return ConsumeResult.FAILURE;
            }
            arrivals.add(new Arrival(body, System.currentTimeMillis()));
            return ConsumeResult.SUCCESS;
        };
        try (PushConsumer consumer = PROVIDER.newPushConsumerBuilder()
            .setClientConfiguration(configuration())
            .setConsumerGroup(topic(kind) + "_" + tag)
            .setSubscriptionExpressions(Map.of(topic(kind), new FilterExpression(tag)))
            .setMessageListener(listener)
            .build()) {
            send.call();
            List<Arrival> taken = new ArrayList<>();
            long deadlineMs = System.currentTimeMillis() + ARRIVAL_WITHIN_MS;
            while (taken.size() < count) {
                Arrival arrival = arrivals.poll(deadlineMs - System.currentTimeMillis(), TimeUnit.MILLISECONDS);
                if (arrival == null) {
                    throw new IllegalStateException(taken.size() + " of " + count + " messages arrived");
                }
                taken.add(arrival);
            }
            return taken;
        }
    }

    static Stream<String> bodies(List<MessageView> messages) {
        return messages.stream().map(Client::body);
    }

    private static String body(MessageView message) {
        return StandardCharsets.UTF_8.decode(message.getBody()).toString();
    }
}
