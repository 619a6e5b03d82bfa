package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	rmq "github.com/apache/rocketmq-clients/golang/v5"
)

const arrivalWithin = 30 * time.Second

type arrival struct {
	message *rmq.MessageView
	at      time.Time
}

// receive takes and acks count messages with a simple consumer.
func receive(kind, tag string, count int) (received []*rmq.MessageView, err error) {
	consumer, err := rmq.NewSimpleConsumer(config(topic(kind)+"_"+tag),
		rmq.WithSimpleAwaitDuration(5*time.Second),
		rmq.WithSimpleSubscriptionExpressions(subscription(kind, tag)),
	)
	if err != nil {
		return nil, err
	}
	if err = consumer.Start(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, consumer.GracefulStop()) }()
	deadline := time.Now().Add(arrivalWithin)
	var refused error
	for len(received) < count && time.Now().Before(deadline) {
		// A poll that finds nothing is an error of this client.
		arrived, pollError := consumer.Receive(context.Background(), 16, 30*time.Second)
		refused = pollError
		for _, message := range arrived {
			if err = consumer.Ack(context.Background(), message); err != nil {
				return nil, err
			}
			received = append(received, message)
		}
	}
	if len(received) != count {
		return nil, fmt.Errorf("%d of %d messages arrived; %w", len(received), count, refused)
	}
	return received, nil
}

// pushed gives what a push consumer gets while send runs and after it.
func pushed(kind, tag string, count int, send func() error) (taken []arrival, err error) {
	arrivals := make(chan arrival, 100)
	consume := func(message *rmq.MessageView) rmq.ConsumerResult {
		arrivals <- arrival{message, time.Now()}
		return rmq.SUCCESS
	}
	consumer, err := rmq.NewPushConsumer(config(topic(kind)+"_"+tag),
		rmq.WithPushSubscriptionExpressions(subscription(kind, tag)),
		rmq.WithPushMessageListener(&rmq.FuncMessageListener{Consume: consume}),
	)
	if err != nil {
		return nil, err
	}
	if err = consumer.Start(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, consumer.GracefulStop()) }()
	if err = send(); err != nil {
		return nil, err
	}
	deadline := time.After(arrivalWithin)
	for len(taken) < count {
		select {
		case arrived := <-arrivals:
			taken = append(taken, arrived)
		case <-deadline:
			return nil, fmt.Errorf("%d of %d messages arrived", len(taken), count)
		}
	}
	return taken, nil
}

func subscription(kind, tag string) map[string]*rmq.FilterExpression {
	return map[string]*rmq.FilterExpression{topic(kind): rmq.NewFilterExpression(tag)}
}
