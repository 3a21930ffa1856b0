// traffic asks a web service at a fixed rate, as users do who know nothing of a
// deployment: it never repeats a request, and counts each that was not answered well.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const (
	exitFailed  = 1
	exitMisused = 2
)

func main() {
	options, err := optionsFrom(os.Args[1:], os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "traffic:", err)
		os.Exit(exitMisused)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, options); err != nil {
		fmt.Fprintln(os.Stderr, "traffic:", err)
		os.Exit(exitFailed)
	}
}

// run asks until the context or the duration ends, and writes the report. That requests
// failed is no failure of traffic's: the report says it.
func run(ctx context.Context, o options) error {
	if o.Duration > 0 {
		limited, cancel := context.WithTimeout(ctx, o.Duration)
		defer cancel()
		ctx = limited
	}
	tally := newTally()
	timeline, err := startTimeline(o.Timeline, tally)
	if err != nil {
		return err
	}
	fire(ctx, o, tally)
	if err := timeline.stop(); err != nil {
		return err
	}
	return writeReport(o.Out, tally.report(o))
}

func writeReport(path string, r report) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if path == "" {
		_, err = os.Stdout.Write(text)
		return err
	}
	// In one step: whoever waits for the file never reads half of it.
	if err := os.WriteFile(path+".part", text, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}
