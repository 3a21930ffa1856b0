package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

var bucketBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5}

// metrics counts answered requests; probes and scrapes are not traffic.
type metrics struct {
	version string

	mu       sync.Mutex
	inFlight int
	byCode   map[int]int
	buckets  []int // cumulative, as Prometheus wants them
	count    int
	seconds  float64
}

func newMetrics(version string) *metrics {
	return &metrics{version: version, byCode: map[int]int{}, buckets: make([]int, len(bucketBounds))}
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (m *metrics) measure(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m.addInFlight(1)
		defer m.addInFlight(-1)
		started := time.Now()
		recorder := &statusRecorder{w, http.StatusOK}
		next(recorder, r)
		m.observe(recorder.status, time.Since(started).Seconds())
	}
}

func (m *metrics) addInFlight(change int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.inFlight += change
}

func (m *metrics) observe(code int, seconds float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.byCode[code]++
	m.count++
	m.seconds += seconds
	for i, bound := range bucketBounds {
		if seconds <= bound {
			m.buckets[i]++
		}
	}
}

func (m *metrics) write(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintln(w, "# TYPE http_requests_total counter")
	for _, code := range slices.Sorted(maps.Keys(m.byCode)) {
		fmt.Fprintf(w, "http_requests_total{code=\"%d\",version=%q} %d\n", code, m.version, m.byCode[code])
	}
	fmt.Fprintln(w, "# TYPE http_requests_in_flight gauge")
	fmt.Fprintf(w, "http_requests_in_flight{version=%q} %d\n", m.version, m.inFlight)
	const name = "http_request_duration_seconds"
	fmt.Fprintln(w, "# TYPE", name, "histogram")
	for i, bound := range bucketBounds {
		fmt.Fprintf(w, "%s_bucket{version=%q,le=\"%g\"} %d\n", name, m.version, bound, m.buckets[i])
	}
	fmt.Fprintf(w, "%s_bucket{version=%q,le=\"+Inf\"} %d\n", name, m.version, m.count)
	fmt.Fprintf(w, "%s_sum{version=%q} %g\n", name, m.version, m.seconds)
	fmt.Fprintf(w, "%s_count{version=%q} %d\n", name, m.version, m.count)
}
