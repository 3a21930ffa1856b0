package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// trafficTo runs for as long as it takes to send some requests, and reads the report.
func trafficTo(t *testing.T, handler http.HandlerFunc, args ...string) report {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return trafficAt(t, server.URL, args...)
}

func trafficAt(t *testing.T, url string, args ...string) report {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report.json")
	args = append([]string{"--url", url, "--out", out, "--rate", "200", "--connections", "2", "--duration", "200ms"}, args...)
	o, err := optionsFrom(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCountsAnswersByVersionAndStatus(t *testing.T) {
	var asked atomic.Int64
	r := trafficTo(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1)%2 == 0 {
			w.Header().Set("X-Demo-Version", "v2")
			return
		}
		w.Header().Set("X-Demo-Version", "v1")
		http.Error(w, "no", http.StatusServiceUnavailable)
	})
	if r.Total != int(asked.Load()) || r.Total < 2 {
		t.Errorf("%d counted, %d asked", r.Total, asked.Load())
	}
	if r.ByVersion["v2"] != r.Total/2 || r.ByVersion["v1"] != r.Total-r.Total/2 || r.ByStatus["503"] != r.Failed || r.Failed != r.ByVersion["v1"] {
		t.Errorf("%+v", r)
	}
	if len(r.FirstErrors) == 0 || len(r.FirstErrors) > keptErrors || !strings.HasPrefix(r.FirstErrors[0].Text, "503 Service Unavailable: no") {
		t.Errorf("first errors %+v", r.FirstErrors)
	}
}

func TestNeverSendsARequestAgain(t *testing.T) {
	var asked atomic.Int64
	r := trafficTo(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		connection, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			connection.Close()
		}
	})
	if r.Total != int(asked.Load()) || r.Failed != r.Total || r.ByStatus["none"] != r.Total {
		t.Errorf("asked %d times: %+v", asked.Load(), r)
	}
}

func TestAnAnswerThatIsCutOffIsAFailure(t *testing.T) {
	r := trafficTo(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "short")
	})
	if r.Failed != r.Total || r.ByStatus["200"] != r.Total {
		t.Errorf("%+v", r)
	}
}

func TestUsesAConnectionAgainUnlessTold(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }
	if r := trafficTo(t, answer); r.Connections > 2 || r.Failed > 0 {
		t.Errorf("kept alive: %+v", r)
	}
	if r := trafficTo(t, answer, "--keep-alive=false"); r.Connections != r.Total || r.Failed > 0 {
		t.Errorf("not kept alive: %+v", r)
	}
}

func TestAServerThatClosesBetweenRequestsIsNoFailure(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.IdleTimeout = time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	r := trafficAt(t, server.URL, "--rate", "20", "--connections", "1")
	if r.Failed > 0 || r.Connections < 2 {
		t.Errorf("%+v", r)
	}
}

func TestNobodyListensFailsAll(t *testing.T) {
	r := trafficAt(t, "http://127.0.0.1:1")
	if r.Total == 0 || r.Failed != r.Total || r.Connections != 0 {
		t.Errorf("%+v", r)
	}
}

func TestTheRateDoesNotFollowTheAnswers(t *testing.T) {
	// One connection, 50 ms an answer: four can be sent in 200 ms, the others wait.
	slow := func(http.ResponseWriter, *http.Request) { time.Sleep(50 * time.Millisecond) }
	r := trafficTo(t, slow, "--rate", "100", "--connections", "1")
	if r.Total < 8 || r.Failed > 0 || r.Latency.Max < 200 {
		t.Errorf("%+v", r)
	}
}

func TestSendsHostAndHeaders(t *testing.T) {
	var wrong atomic.Int64
	r := trafficTo(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Host != "shop.example" || r.Header.Get("X-Who") != "me=you" {
			wrong.Add(1)
		}
	}, "--host", "shop.example", "--header", "X-Who=me=you")
	if r.Total == 0 || wrong.Load() > 0 {
		t.Errorf("%d of %d were wrong", wrong.Load(), r.Total)
	}
}

func TestTheTimelineAddsUpToTheReport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "timeline")
	r := trafficTo(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Demo-Version", "v1") },
		"--timeline", file, "--duration", "1100ms")
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	lines, total, versions := 0, 0, 0
	for scanner := bufio.NewScanner(opened); scanner.Scan(); lines++ {
		var line second
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		total += line.Total
		versions += line.ByVersion["v1"]
	}
	if lines < 2 || total != r.Total || versions != r.Total {
		t.Errorf("%d lines with %d requests, report %+v", lines, total, r)
	}
}

func TestTakesOnlyAddressesThatATestCanOwn(t *testing.T) {
	for address, good := range map[string]bool{
		"http://127.0.0.1:8080/": true, "http://10.200.128.1:8080": true, "http://[::1]:80/": true,
		"http://localhost/": false, "http://example.com/": false, "http://192.0.2.1/": false, "https://127.0.0.1/": false, "": false,
	} {
		if _, err := targetFrom(address); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestQuantiles(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for q, want := range map[float64]float64{0.5: 50, 0.99: 99, 1: 100} {
		if got := quantile(hundred, q); got != want {
			t.Errorf("quantile %g is %g, want %g", q, got, want)
		}
	}
	if quantile(nil, 0.5) != 0 {
		t.Error("of nothing")
	}
}
