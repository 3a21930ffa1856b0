package main

import (
	"encoding/json"
	"errors"
	"os"
	"time"
)

// timeline appends a line of JSON each second while traffic flows, and one at the end.
type timeline struct {
	file  *os.File
	tally *tally
	quit  chan struct{}
	done  chan error
}

// startTimeline without a path gives one that does nothing.
func startTimeline(path string, t *tally) (*timeline, error) {
	if path == "" {
		return &timeline{}, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	l := &timeline{file: file, tally: t, quit: make(chan struct{}), done: make(chan error, 1)}
	go func() { l.done <- l.write() }()
	return l, nil
}

func (l *timeline) write() error {
	lines := json.NewEncoder(l.file)
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			if err := lines.Encode(l.tally.sinceLast()); err != nil {
				return err
			}
		case <-l.quit:
			return lines.Encode(l.tally.sinceLast())
		}
	}
}

func (l *timeline) stop() error {
	if l.file == nil {
		return nil
	}
	close(l.quit)
	return errors.Join(<-l.done, l.file.Close())
}
