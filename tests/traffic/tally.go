package main

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"
)

const keptErrors = 10

// tally counts what became of the requests. Safe for several goroutines.
type tally struct {
	mu          sync.Mutex
	started     time.Time
	total       int
	failed      int
	connections int
	byVersion   map[string]int
	byStatus    map[string]int
	errors      []failure
	latencies   []float64 // in ms, of what was answered
	last        second    // what the timeline has had
}

type failure struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// report is the JSON at the end.
type report struct {
	URL         string         `json:"url"`
	Host        string         `json:"host,omitempty"`
	Rate        float64        `json:"rate"`
	Started     time.Time      `json:"started"`
	Ended       time.Time      `json:"ended"`
	Total       int            `json:"total"`
	Failed      int            `json:"failed"`
	ByVersion   map[string]int `json:"by_version"`
	ByStatus    map[string]int `json:"by_status"` // "none": no answer
	Connections int            `json:"connections"`
	Latency     latency        `json:"latency_ms"`
	FirstErrors []failure      `json:"first_errors"`
}

type latency struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// second is a line of the timeline: what was counted since the line before.
type second struct {
	At        time.Time      `json:"t"`
	Total     int            `json:"total"`
	Failed    int            `json:"failed"`
	ByVersion map[string]int `json:"by_version"`
}

func newTally() *tally {
	return &tally{started: time.Now(), byVersion: map[string]int{}, byStatus: map[string]int{}, errors: []failure{}}
}

func (t *tally) count(o outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total++
	status := "none"
	if o.status != 0 {
		status = strconv.Itoa(o.status)
		t.latencies = append(t.latencies, float64(o.latency.Microseconds())/1000)
	}
	t.byStatus[status]++
	if o.version != "" {
		t.byVersion[o.version]++
	}
	if o.failure != "" {
		t.failed++
		if len(t.errors) < keptErrors {
			t.errors = append(t.errors, failure{time.Now().UTC(), o.failure})
		}
	}
}

func (t *tally) countConnection() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.connections++
}

// sinceLast is what was counted since it was called last.
func (t *tally) sinceLast() second {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := second{time.Now().UTC(), t.total, t.failed, maps.Clone(t.byVersion)}
	line := second{now.At, now.Total - t.last.Total, now.Failed - t.last.Failed, map[string]int{}}
	for version, count := range now.ByVersion {
		if more := count - t.last.ByVersion[version]; more > 0 {
			line.ByVersion[version] = more
		}
	}
	t.last = now
	return line
}

func (t *tally) report(o options) report {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.Sort(t.latencies)
	return report{URL: o.URL.String(), Host: o.Host, Rate: o.Rate, Started: t.started.UTC(), Ended: time.Now().UTC(),
		Total: t.total, Failed: t.failed, ByVersion: t.byVersion, ByStatus: t.byStatus, Connections: t.connections,
		Latency:     latency{quantile(t.latencies, 0.5), quantile(t.latencies, 0.99), quantile(t.latencies, 1)},
		FirstErrors: t.errors}
}

// quantile of a sorted list: the smallest value that the share q does not exceed. 0 of an empty one.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
