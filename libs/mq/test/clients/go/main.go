// Scenarios of ../README.md with the official Go client: scenarios <host:port> <topic prefix>
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	rmq "github.com/apache/rocketmq-clients/golang/v5"
	"github.com/apache/rocketmq-clients/golang/v5/credentials"
)

var (
	endpoint string
	prefix   string
	producer rmq.Producer
)

type result struct {
	Scenario string `json:"scenario"`
	Ok       bool   `json:"ok"`
	Detail   string `json:"detail"`
}

func main() {
	endpoint, prefix = os.Args[1], os.Args[2]
	var err error
	producer, err = rmq.NewProducer(config(""),
		rmq.WithTransactionChecker(&rmq.TransactionChecker{Check: check}),
		rmq.WithTopics(topic("normal"), topic("fifo"), topic("delay"), topic("transaction")),
	)
	if err == nil {
		err = producer.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	report("simple", simple)
	report("push", push)
	report("large", large)
	report("fifo", fifo)
	report("delay", delay)
	report("transaction", transaction)
	report("check-back", checkBack)
	if err := producer.GracefulStop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func report(scenario string, run func() (string, error)) {
	detail, err := run()
	if err != nil {
		detail = err.Error()
	}
	line, err2 := json.Marshal(result{scenario, err == nil, detail})
	if err2 != nil {
		panic(err2)
	}
	fmt.Println(string(line))
}

func config(group string) *rmq.Config {
	return &rmq.Config{Endpoint: endpoint, ConsumerGroup: group, Credentials: &credentials.SessionCredentials{}}
}

func topic(kind string) string {
	return prefix + "_" + kind
}

func message(kind string, body []byte, tag string) *rmq.Message {
	made := &rmq.Message{Topic: topic(kind), Body: body}
	made.SetTag(tag)
	made.SetKeys("key-" + tag)
	return made
}

// send returns the id of the one message that was sent.
func send(message *rmq.Message) (string, error) {
	receipts, err := producer.Send(context.Background(), message)
	if err != nil {
		return "", err
	}
	return receipts[0].MessageID, nil
}

func expect(actual, wanted []string) error {
	if strings.Join(actual, ", ") == strings.Join(wanted, ", ") {
		return nil
	}
	return fmt.Errorf("%v instead of %v", actual, wanted)
}
