package main

import (
	"fmt"
	"strconv"
	"time"
)

const (
	crashAtOnce      = "at-once"
	crashAfterStart  = "after-start"
	crashOutOfMemory = "oom"
)

type settings struct {
	Version    string
	Address    string
	Pod        string
	Delay      time.Duration
	FailRate   float64
	NeverReady bool
	Crash      string
	StartDelay time.Duration
}

// settingsFrom reads DEMO_* variables. Unknown ones are left alone: Kubernetes
// itself sets DEMO_PORT and the like for a Service named demo.
func settingsFrom(env func(string) string) (settings, error) {
	s := settings{Version: or(env("DEMO_VERSION"), "dev"), Address: or(env("DEMO_ADDRESS"), ":8080"), Pod: env("HOSTNAME")}
	var err error
	if s.Delay, err = durationFrom(env, "DEMO_DELAY"); err != nil {
		return s, err
	}
	if s.StartDelay, err = durationFrom(env, "DEMO_START_DELAY"); err != nil {
		return s, err
	}
	if text := env("DEMO_FAIL_RATE"); text != "" {
		if s.FailRate, err = parseShare(text); err != nil {
			return s, fmt.Errorf("DEMO_FAIL_RATE: %w", err)
		}
	}
	if text := env("DEMO_NEVER_READY"); text != "" {
		if s.NeverReady, err = strconv.ParseBool(text); err != nil {
			return s, fmt.Errorf("DEMO_NEVER_READY: %q is neither true nor false", text)
		}
	}
	switch s.Crash = env("DEMO_CRASH"); s.Crash {
	case "", crashAtOnce, crashAfterStart, crashOutOfMemory:
		return s, nil
	}
	return s, fmt.Errorf("DEMO_CRASH: %q is none of %s, %s, %s", s.Crash, crashAtOnce, crashAfterStart, crashOutOfMemory)
}

func durationFrom(env func(string) string, name string) (time.Duration, error) {
	text := env(name)
	if text == "" {
		return 0, nil
	}
	d, err := parseDelay(text)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

func parseDelay(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no duration such as 200ms or 2s", text)
	}
	return d, nil
}

func parseShare(text string) (float64, error) {
	share, err := strconv.ParseFloat(text, 64)
	if err != nil || !isShare(share) {
		return 0, fmt.Errorf("%q is no share between 0 and 1", text)
	}
	return share, nil
}

func isShare(share float64) bool {
	return share >= 0 && share <= 1
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
