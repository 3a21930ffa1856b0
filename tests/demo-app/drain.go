package main

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Long enough for a client that asks once a second to be told.
const drainLimit = 2 * time.Second

// drain ends a server without breaking a request. Closing an idle connection races with
// the request that a proxy is about to send on it; so every connection gets one more
// answer, which says that it is the last.
type drain struct {
	begun atomic.Bool

	mu   sync.Mutex
	open map[net.Conn]bool
}

func newDrain() *drain {
	return &drain{open: map[net.Conn]bool{}}
}

// follow is the server's ConnState.
func (d *drain) follow(conn net.Conn, state http.ConnState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch state {
	case http.StateNew:
		d.open[conn] = true
	case http.StateClosed, http.StateHijacked:
		delete(d.open, conn)
	}
}

func (d *drain) over() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.open) == 0
}

func (d *drain) sayClosing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.begun.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// run returns when the clients have left, or after the limit.
func (d *drain) run(limit time.Duration) {
	d.begun.Store(true)
	for end := time.Now().Add(limit); !d.over() && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
}
