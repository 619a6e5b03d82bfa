"""Scenarios of ../README.md with the official Python client: python scenarios.py <host:port> <topic prefix>"""

import hashlib
import json
import os
import queue
import sys
import time
import traceback

from rocketmq import (ClientConfiguration, ConsumeResult, Credentials,
                      FilterExpression, Message, MessageListener, Producer,
                      PushConsumer, SimpleConsumer, TransactionChecker,
                      TransactionResolution)

ARRIVAL_WITHIN_S = 30
LARGE_BODY_BYTES = 1024 * 1024
DELAY_MS = 3000
DELAY_TOLERANCE_MS = 1000

endpoint, prefix = sys.argv[1:]
configuration = ClientConfiguration(endpoint, Credentials())


class Checker(TransactionChecker):
    asked = 0

    def check(self, message):
        Checker.asked += 1
        return TransactionResolution.COMMIT


class Listener(MessageListener):
    """Keeps what it consumes; the body of `fails_once` fails at its first delivery."""

    def __init__(self, fails_once=None):
        self.consumed = queue.Queue()
        self.fails_once = fails_once

    def consume(self, message):
        body = message.body.decode()
        if body == self.fails_once:
            self.fails_once = None
            return ConsumeResult.FAILURE
        self.consumed.put((body, message, now_ms()))
        return ConsumeResult.SUCCESS

    def take(self, count):
        deadline = time.monotonic() + ARRIVAL_WITHIN_S
        taken = []
        while len(taken) < count:
            try:
                taken.append(self.consumed.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"{len(taken)} of {count} messages arrived") from None
        return taken


def now_ms():
    return int(time.time() * 1000)


def topic(kind):
    return f"{prefix}_{kind}"


def message(kind, body, tag, **fields):
    made = Message()
    made.topic = topic(kind)
    made.body = body if isinstance(body, bytes) else body.encode()
    made.tag = tag
    made.keys = f"key-{tag}"
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def expect(actual, wanted):
    if actual != wanted:
        raise AssertionError(f"{actual} instead of {wanted}")


def receive(kind, tag, count):
    consumer = SimpleConsumer(configuration, f"{topic(kind)}_{tag}", {topic(kind): FilterExpression(tag)}, 5)
    consumer.startup()
    try:
        received = []
        deadline = time.monotonic() + ARRIVAL_WITHIN_S
        while len(received) < count and time.monotonic() < deadline:
            for arrived in consumer.receive(16, 30):
                consumer.ack(arrived)
                received.append(arrived)
        expect(len(received), count)
        return received
    finally:
        consumer.shutdown()


def pushed(kind, tag, listener, count, send):
    consumer = PushConsumer(configuration, f"{topic(kind)}_{tag}", listener, {topic(kind): FilterExpression(tag)})
    consumer.startup()
    try:
        send()
        return listener.take(count)
    finally:
        consumer.shutdown()


def simple():
    bodies = [f"simple {number}" for number in range(10)]
    ids = []
    for body in bodies:
        sent = message("normal", body, "simple")
        sent.add_property("shop", "north")
        ids.append(producer.send(sent).message_id)
    received = receive("normal", "simple", len(bodies))
    expect(sorted(arrived.body.decode() for arrived in received), bodies)
    expect(sorted(arrived.message_id for arrived in received), sorted(ids))
    expect({(arrived.tag, *arrived.keys, arrived.properties["shop"]) for arrived in received},
           {("simple", "key-simple", "north")})
    return f"{len(received)} messages"


def push():
    bodies = [f"push {number}" for number in range(10)]

    def send():
        for body in bodies:
            producer.send(message("normal", body, "push"))

    arrived = pushed("normal", "push", Listener(), len(bodies), send)
    expect(sorted(body for body, _, _ in arrived), bodies)
    return f"{len(arrived)} messages"


def large():
    body = os.urandom(LARGE_BODY_BYTES)
    producer.send(message("normal", body, "large"))
    (arrived,) = receive("normal", "large", 1)
    expect(hashlib.sha256(arrived.body).hexdigest(), hashlib.sha256(body).hexdigest())
    return f"{len(body)} bytes"


def fifo(tag, fails_once=None):
    orders = {group: [f"{group} {number}" for number in range(10)] for group in ("north", "south")}

    def send():
        for pair in zip(*orders.values()):
            for body in pair:
                producer.send(message("fifo", body, tag, message_group=body.split()[0]))

    arrived = pushed("fifo", tag, Listener(fails_once), 20, send)
    for group, bodies in orders.items():
        expect([body for body, _, _ in arrived if body.startswith(group)], bodies)
    return "2 groups of 10 in order"


def delay():
    due_ms = now_ms() + DELAY_MS

    def send():
        # The client counts delivery times in seconds.
        producer.send(message("delay", "delay", "delay", delivery_timestamp=due_ms // 1000))

    ((_, _, arrived_ms),) = pushed("delay", "delay", Listener(), 1, send)
    late_ms = arrived_ms - due_ms // 1000 * 1000
    if not 0 <= late_ms <= DELAY_TOLERANCE_MS:
        raise AssertionError(f"{late_ms} ms late")
    return f"{late_ms} ms late"


def transaction():
    rolled_back = producer.begin_transaction()
    producer.send(message("transaction", "rolled back", "ended"), rolled_back)
    committed = producer.begin_transaction()
    producer.send(message("transaction", "committed", "ended"), committed)
    rolled_back.rollback()
    committed.commit()
    (arrived,) = receive("transaction", "ended", 1)
    expect(arrived.body.decode(), "committed")
    return "commit and rollback"


def check_back():
    producer.send(message("transaction", "undecided", "undecided"), producer.begin_transaction())
    (arrived,) = receive("transaction", "undecided", 1)
    expect(arrived.body.decode(), "undecided")
    if Checker.asked == 0:
        raise AssertionError("visible without a question")
    return f"asked {Checker.asked} times"


def report(scenario, run):
    try:
        ok, detail = True, run()
    except Exception as error:
        traceback.print_exc()
        ok, detail = False, f"{type(error).__name__}: {error}"
    print(json.dumps({"scenario": scenario, "ok": ok, "detail": detail}), flush=True)


producer = Producer(configuration, [topic(kind) for kind in ("normal", "fifo", "delay", "transaction")], Checker())
producer.startup()
for name, scenario in {
    "simple": simple,
    "push": push,
    "large": large,
    "fifo": lambda: fifo("fifo"),
    "fifo-retry": lambda: fifo("retry", fails_once="north 3"),
    "delay": delay,
    "transaction": transaction,
    "check-back": check_back,
}.items():
    report(name, scenario)
producer.shutdown()
