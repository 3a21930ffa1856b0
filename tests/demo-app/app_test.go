package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func startApp(t *testing.T, s settings) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(newApp(s).routes())
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func post(t *testing.T, url, body string) int {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestSaysItsVersionAndPod(t *testing.T) {
	server := startApp(t, settings{Version: "v2", Pod: "demo-1"})
	status, body := get(t, server.URL)
	if want := `{"ok":true,"pod":"demo-1","version":"v2"}` + "\n"; status != 200 || body != want {
		t.Errorf("got %d %s, want 200 %s", status, body, want)
	}
	response, err := http.Get(server.URL + "/?fail=1")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.Header.Get("X-Demo-Version") != "v2" || response.Header.Get("X-Demo-Pod") != "demo-1" {
		t.Errorf("a failure does not say who failed: %v", response.Header)
	}
}

func TestDrainingAnswersOnceMoreAndThenCloses(t *testing.T) {
	d := newDrain()
	server := httptest.NewUnstartedServer(d.sayClosing(newApp(settings{}).routes()))
	server.Config.ConnState = d.follow
	server.Start()
	t.Cleanup(server.Close)
	if status, _ := get(t, server.URL); status != 200 || d.over() {
		t.Fatalf("answered %d; without clients: %v", status, d.over())
	}
	d.run(time.Nanosecond) // begins, and waits for nobody
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 200 || !response.Close {
		t.Errorf("answered %d, closes: %v", response.StatusCode, response.Close)
	}
	d.run(time.Minute) // the test's own limit is far shorter
	if !d.over() {
		t.Error("a connection is still open")
	}
}

func TestControlChangesOnlyWhatItNames(t *testing.T) {
	server := startApp(t, settings{FailRate: 1})
	if status := post(t, server.URL+"/control", `{"ready":false}`); status != 204 {
		t.Fatalf("control answered %d", status)
	}
	if status, _ := get(t, server.URL+"/readyz"); status != 503 {
		t.Errorf("readyz answered %d, want 503", status)
	}
	if status, _ := get(t, server.URL); status != 500 {
		t.Errorf("answered %d, want 500: the fail rate was not named", status)
	}
}

func TestControlRefusesWhatItDoesNotUnderstand(t *testing.T) {
	server := startApp(t, settings{})
	for _, body := range []string{`{"fail_rate":2}`, `{"delay":"soon"}`, `{"typo":1}`, `x`} {
		if status := post(t, server.URL+"/control", body); status != 400 {
			t.Errorf("%s answered %d, want 400", body, status)
		}
	}
	if status, _ := get(t, server.URL); status != 200 {
		t.Errorf("a refused wish had an effect: answered %d", status)
	}
}

func TestMetricsCountTrafficByCodeAndVersion(t *testing.T) {
	server := startApp(t, settings{Version: "v1"})
	get(t, server.URL)
	get(t, server.URL+"/?delay=20ms")
	get(t, server.URL+"/?fail=1")
	get(t, server.URL+"/healthz")
	_, body := get(t, server.URL+"/metrics")
	for _, line := range []string{
		`http_requests_total{code="200",version="v1"} 2`,
		`http_requests_total{code="500",version="v1"} 1`,
		`http_requests_in_flight{version="v1"} 0`,
		`http_request_duration_seconds_bucket{version="v1",le="+Inf"} 3`,
		`http_request_duration_seconds_bucket{version="v1",le="0.01"} 2`,
		`http_request_duration_seconds_count{version="v1"} 3`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("no line %q in\n%s", line, body)
		}
	}
}

func TestCheckHoldsTheAnswerAgainstTheVersion(t *testing.T) {
	server := startApp(t, settings{Version: "v1"})
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"any version", []string{server.URL}, 0},
		{"same version", []string{server.URL, "--expect-version", "v1"}, 0},
		{"other version", []string{server.URL, "--expect-version", "v2"}, exitFailed},
		{"failing", []string{server.URL + "/?fail=1"}, exitFailed},
		{"nobody listens", []string{"http://127.0.0.1:1"}, exitFailed},
		{"no address", nil, exitMisused},
		{"unknown option", []string{server.URL, "--nope"}, exitMisused},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := check(c.args, io.Discard, io.Discard); got != c.want {
				t.Errorf("exit %d, want %d", got, c.want)
			}
		})
	}
}

func TestInvalidEnvironmentIsNamed(t *testing.T) {
	for name, value := range map[string]string{
		"DEMO_DELAY": "-1s", "DEMO_START_DELAY": "soon", "DEMO_FAIL_RATE": "1.5",
		"DEMO_NEVER_READY": "maybe", "DEMO_CRASH": "later",
	} {
		_, err := settingsFrom(func(asked string) string {
			if asked == name {
				return value
			}
			return ""
		})
		if err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s=%s: error %v does not name it", name, value, err)
		}
	}
}
