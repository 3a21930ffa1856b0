package main

import (
	"context"
	"sync"
	"time"
)

// What waits for a connection while all are busy, in seconds of the rate. Beyond that
// a request counts as failed without having been sent.
const backlogSeconds = 10

// fire sends a request each 1/rate seconds, whatever becomes of the earlier ones, and
// returns when the last is answered.
func fire(ctx context.Context, o options, t *tally) {
	due := make(chan time.Time, int(o.Rate*backlogSeconds)+1)
	var busy sync.WaitGroup
	for range o.Connections {
		busy.Add(1)
		go func() {
			defer busy.Done()
			ask(o, due, t)
		}()
	}
	dispatch(ctx, o.Rate, due, t)
	close(due)
	busy.Wait()
}

func dispatch(ctx context.Context, rate float64, due chan<- time.Time, t *tally) {
	started := time.Now()
	for i := 0; ; i++ {
		at := started.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		select {
		case <-time.After(time.Until(at)):
		case <-ctx.Done():
			return
		}
		if ctx.Err() != nil {
			return
		}
		select {
		case due <- at:
		default:
			t.count(outcome{failure: "not sent: every connection was busy for too long"})
		}
	}
}

// ask sends what is due over one connection. The latency counts from when the request
// was due, so that one slow answer shows in all that had to wait for it.
func ask(o options, due <-chan time.Time, t *tally) {
	c := &connection{options: o, opened: t.countConnection}
	defer c.close()
	for at := range due {
		result := c.exchange()
		result.latency = time.Since(at)
		t.count(result)
	}
}
