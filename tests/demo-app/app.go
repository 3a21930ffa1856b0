package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"
)

// app answers requests. What it does can be changed while it runs.
type app struct {
	version, pod string
	metrics      *metrics

	mu       sync.Mutex
	delay    time.Duration
	failRate float64
	ready    bool
}

func newApp(s settings) *app {
	return &app{version: s.Version, pod: s.Pod, metrics: newMetrics(s.Version),
		delay: s.Delay, failRate: s.FailRate, ready: !s.NeverReady}
}

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.metrics.measure(a.answer))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.HandleFunc("GET /metrics", a.metrics.write)
	mux.HandleFunc("POST /control", a.control)
	return mux
}

func (a *app) answer(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	delay, failRate := a.delay, a.failRate
	a.mu.Unlock()

	query := r.URL.Query()
	if text := query.Get("delay"); text != "" {
		var err error
		if delay, err = parseDelay(text); err != nil {
			http.Error(w, "delay: "+err.Error(), http.StatusBadRequest)
			return
		}
	}
	select {
	case <-time.After(delay):
	case <-r.Context().Done():
	}
	status := http.StatusOK
	if query.Get("fail") == "1" || rand.Float64() < failRate {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Demo-Version", a.version)
	w.Header().Set("X-Demo-Pod", a.pod)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{"version": a.version, "pod": a.pod, "ok": status == http.StatusOK})
}

func (a *app) readyz(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.ready {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func (a *app) setReady(ready bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ready = ready
}

// control changes what the request names and leaves the rest as it is.
func (a *app) control(w http.ResponseWriter, r *http.Request) {
	var wish struct {
		FailRate *float64 `json:"fail_rate"`
		Delay    *string  `json:"delay"`
		Ready    *bool    `json:"ready"`
		Crash    bool     `json:"crash"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&wish); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if wish.FailRate != nil && !isShare(*wish.FailRate) {
		http.Error(w, "fail_rate is no share between 0 and 1", http.StatusBadRequest)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if wish.Delay != nil {
		delay, err := parseDelay(*wish.Delay)
		if err != nil {
			http.Error(w, "delay: "+err.Error(), http.StatusBadRequest)
			return
		}
		a.delay = delay
	}
	if wish.FailRate != nil {
		a.failRate = *wish.FailRate
	}
	if wish.Ready != nil {
		a.ready = *wish.Ready
	}
	if wish.Crash {
		os.Exit(exitFailed)
	}
	w.WriteHeader(http.StatusNoContent)
}
