package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	rmq "github.com/apache/rocketmq-clients/golang/v5"
)

const (
	largeBodyBytes = 1 << 20
	deliveryDelay  = 3 * time.Second
	delayTolerance = time.Second
)

var asked atomic.Int32

func check(*rmq.MessageView) rmq.TransactionResolution {
	asked.Add(1)
	return rmq.COMMIT
}

func numbered(name string) []string {
	bodies := make([]string, 10)
	for number := range bodies {
		bodies[number] = fmt.Sprintf("%s %d", name, number)
	}
	return bodies
}

func simple() (string, error) {
	bodies := numbered("simple")
	var ids []string
	for _, body := range bodies {
		sent := message("normal", []byte(body), "simple")
		sent.AddProperty("shop", "north")
		id, err := send(sent)
		if err != nil {
			return "", err
		}
		ids = append(ids, id)
	}
	received, err := receive("normal", "simple", len(bodies))
	if err != nil {
		return "", err
	}
	var gotBodies, gotIds []string
	for _, arrived := range received {
		gotBodies = append(gotBodies, string(arrived.GetBody()))
		gotIds = append(gotIds, arrived.GetMessageId())
		labels := append([]string{*arrived.GetTag(), arrived.GetProperties()["shop"]}, arrived.GetKeys()...)
		if err := expect(labels, []string{"simple", "north", "key-simple"}); err != nil {
			return "", err
		}
	}
	for _, list := range [][]string{gotBodies, gotIds, ids} {
		sort.Strings(list)
	}
	return fmt.Sprintf("%d messages", len(received)), errors.Join(expect(gotBodies, bodies), expect(gotIds, ids))
}

func push() (string, error) {
	bodies := numbered("push")
	arrivals, err := pushed("normal", "push", len(bodies), func() error {
		for _, body := range bodies {
			if _, err := send(message("normal", []byte(body), "push")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	got := bodiesOf(arrivals, "")
	sort.Strings(got)
	return fmt.Sprintf("%d messages", len(got)), expect(got, bodies)
}

func large() (string, error) {
	body := make([]byte, largeBodyBytes)
	if _, err := rand.Read(body); err != nil {
		return "", err
	}
	if _, err := send(message("normal", body, "large")); err != nil {
		return "", err
	}
	received, err := receive("normal", "large", 1)
	if err != nil {
		return "", err
	}
	if !bytes.Equal(received[0].GetBody(), body) {
		return "", errors.New("another body arrived")
	}
	return fmt.Sprintf("%d bytes", len(body)), nil
}

func fifo() (string, error) {
	north, south := numbered("north"), numbered("south")
	arrivals, err := pushed("fifo", "fifo", len(north)+len(south), func() error {
		for number := range north {
			for _, body := range []string{north[number], south[number]} {
				sent := message("fifo", []byte(body), "fifo")
				sent.SetMessageGroup(strings.Fields(body)[0])
				if _, err := send(sent); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return "2 groups of 10 in order",
		errors.Join(expect(bodiesOf(arrivals, "north"), north), expect(bodiesOf(arrivals, "south"), south))
}

func delay() (string, error) {
	due := time.Now().Add(deliveryDelay)
	arrivals, err := pushed("delay", "delay", 1, func() error {
		sent := message("delay", []byte("delay"), "delay")
		sent.SetDelayTimestamp(due)
		_, err := send(sent)
		return err
	})
	if err != nil {
		return "", err
	}
	// Delivery times have milliseconds in the broker.
	late := arrivals[0].at.Sub(due.Truncate(time.Millisecond))
	if late < 0 || late > delayTolerance {
		return "", fmt.Errorf("%v late", late)
	}
	return fmt.Sprintf("%d ms late", late.Milliseconds()), nil
}

func transaction() (string, error) {
	rolledBack, err := sendHalf("rolled back", "ended")
	if err != nil {
		return "", err
	}
	committed, err := sendHalf("committed", "ended")
	if err != nil {
		return "", err
	}
	if err := errors.Join(rolledBack.RollBack(), committed.Commit()); err != nil {
		return "", err
	}
	received, err := receive("transaction", "ended", 1)
	if err != nil {
		return "", err
	}
	return "commit and rollback", expect([]string{string(received[0].GetBody())}, []string{"committed"})
}

func checkBack() (string, error) {
	if _, err := sendHalf("undecided", "undecided"); err != nil {
		return "", err
	}
	received, err := receive("transaction", "undecided", 1)
	if err != nil {
		return "", err
	}
	if asked.Load() == 0 {
		return "", errors.New("visible without a question")
	}
	return fmt.Sprintf("asked %d times", asked.Load()),
		expect([]string{string(received[0].GetBody())}, []string{"undecided"})
}

func sendHalf(body, tag string) (rmq.Transaction, error) {
	transaction := producer.BeginTransaction()
	_, err := producer.SendWithTransaction(context.Background(), message("transaction", []byte(body), tag), transaction)
	return transaction, err
}

// bodiesOf lists the bodies that start with prefix, as they came.
func bodiesOf(arrivals []arrival, prefix string) (bodies []string) {
	for _, arrived := range arrivals {
		if body := string(arrived.message.GetBody()); strings.HasPrefix(body, prefix) {
			bodies = append(bodies, body)
		}
	}
	return bodies
}
