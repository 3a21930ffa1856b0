// Command follow follows one deployment many times at once, and tells how long after it was made each event arrived.
//
// usage: follow SOCKET PATH COUNT
//
// It opens COUNT connections to the agent's Unix socket, prints "following" when all have had their first bytes, reads
// until each stream has ended, and prints one JSON object: the latencies in milliseconds, of events made after that
// word, and how many streams lacked an event or an end.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

type event struct {
	Seq int       `json:"seq"`
	At  time.Time `json:"at"`
}

type arrival struct {
	made time.Time
	late time.Duration
}

// stream is one follower: what arrived, and whether all of it did.
type stream struct {
	arrivals []arrival
	whole    bool
	err      error
}

func open(socket, path string) (net.Conn, *bufio.Reader, error) {
	line, err := net.Dial("unix", socket)
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(line, "GET %s HTTP/1.0\r\nHost: agent\r\nAccept: text/event-stream\r\n\r\n", path)
	in := bufio.NewReader(line)
	status, err := in.ReadString('\n')
	if err == nil && !strings.Contains(status, " 200 ") {
		err = fmt.Errorf("the agent answered %q", strings.TrimSpace(status))
	}
	return line, in, err
}

// read notes each event until the stream says that the deployment has ended.
func (s *stream) read(in *bufio.Reader) {
	last, ending := 0, false
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line == "event: end\n" {
			ending = true
		}
		data, found := strings.CutPrefix(line, "data: ")
		if !found {
			continue
		}
		if ending {
			var end struct {
				LastSeq int `json:"last_seq"`
			}
			s.whole = json.Unmarshal([]byte(data), &end) == nil && end.LastSeq == last
			return
		}
		arrived := time.Now()
		var e event
		if s.err = json.Unmarshal([]byte(data), &e); s.err != nil || e.Seq != last+1 {
			return // a gap, or no event: never whole
		}
		last = e.Seq
		s.arrivals = append(s.arrivals, arrival{e.At, arrived.Sub(e.At)})
	}
}

func fail(about ...any) {
	fmt.Fprintln(os.Stderr, about...)
	os.Exit(1)
}

func main() {
	if len(os.Args) != 4 {
		fail("usage: follow SOCKET PATH COUNT")
	}
	count, err := strconv.Atoi(os.Args[3])
	if err != nil || count < 1 {
		fail("COUNT is no number of followers:", os.Args[3])
	}
	streams := make([]stream, count)
	var reading sync.WaitGroup
	for i := range streams {
		line, in, err := open(os.Args[1], os.Args[2])
		if err != nil {
			fail("follower", i, "cannot follow:", err)
		}
		reading.Add(1)
		go func() {
			defer reading.Done()
			defer line.Close()
			streams[i].read(in)
		}()
	}
	began := time.Now()
	fmt.Println("following")
	reading.Wait()
	tell(streams, began)
}

func tell(streams []stream, began time.Time) {
	lost := 0
	late := []float64{}
	for _, s := range streams {
		if !s.whole {
			lost++
		}
		for _, a := range s.arrivals {
			if a.made.After(began) {
				late = append(late, float64(a.late.Microseconds())/1e3)
			}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"late_ms": late, "not_whole": lost}); err != nil {
		fail(err)
	}
}
