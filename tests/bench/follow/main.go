// Command follow follows one deployment many times at once, and tells how long after it was made each event arrived.
//
// usage: follow HOST:PORT PATH KEY COUNT
//
// It opens COUNT connections to the agent, signs a request on each with the private key in the file KEY, prints
// "following" when all have had their first bytes, reads until each stream has ended, and prints one JSON object: the
// latencies in milliseconds, of events made after that word, and how many streams lacked an event or an end; what each
// of them lacked goes to stderr.
package main

import (
	"bufio"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

type arrival struct {
	made time.Time
	late time.Duration
}

// stream is one follower: what arrived, and whether all of it did.
type stream struct {
	arrivals []arrival
	lack     string // what it lacks; empty when it is whole
}

func open(address, path string, key ed25519.PrivateKey) (net.Conn, *bufio.Reader, error) {
	line, err := net.Dial("tcp", address)
	if err != nil {
		return nil, nil, err
	}
	fmt.Fprintf(line, "GET %s HTTP/1.0\r\nHost: %s\r\nAccept: text/event-stream\r\n%s\r\n", path, address, signedHeaders(key, address, path))
	in := bufio.NewReader(line)
	status, err := in.ReadString('\n')
	if err == nil && !strings.Contains(status, " 200 ") {
		err = fmt.Errorf("the agent answered %q", strings.TrimSpace(status))
	}
	return line, in, err
}

// read notes each event until the stream says that the deployment has ended. It looks at no more of an event than it
// needs: the reader's own work is not what is measured.
func (s *stream) read(in *bufio.Reader) {
	last := 0
	for {
		line, err := in.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull {
			s.lack = fmt.Sprintf("an end: after %d events, %v", last, err)
			return
		}
		switch text := string(line); {
		case strings.HasPrefix(text, "id: "):
			seq, err := strconv.Atoi(text[4 : len(text)-1])
			if err != nil || seq != last+1 {
				s.lack = fmt.Sprintf("event %d: %q came", last+1, text)
				return
			}
			last = seq
		case strings.HasPrefix(text, `data: {"at":"`):
			arrived := time.Now()
			made, err := time.Parse(time.RFC3339, text[13:13+strings.IndexByte(text[13:], '"')])
			if err != nil {
				s.lack = "a time: " + err.Error()
				return
			}
			s.arrivals = append(s.arrivals, arrival{made, arrived.Sub(made)})
		case strings.HasPrefix(text, `data: {"last_seq":`):
			if text != fmt.Sprintf("data: {\"last_seq\":%d}\n", last) || len(s.arrivals) != last {
				s.lack = fmt.Sprintf("events: %d of them came, the last was %d, and the end says %s", len(s.arrivals), last, text)
			}
			return
		}
	}
}

func fail(about ...any) {
	fmt.Fprintln(os.Stderr, about...)
	os.Exit(1)
}

func main() {
	if len(os.Args) != 5 {
		fail("usage: follow HOST:PORT PATH KEY COUNT")
	}
	key, err := readKey(os.Args[3])
	if err != nil {
		fail(err)
	}
	count, err := strconv.Atoi(os.Args[4])
	if err != nil || count < 1 {
		fail("COUNT is no number of followers:", os.Args[4])
	}
	runtime.GOMAXPROCS(1) // a thousand users do not sit on the agent's machine: leave it a processor
	streams := make([]stream, count)
	var reading sync.WaitGroup
	for i := range streams {
		line, in, err := open(os.Args[1], os.Args[2], key)
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
	for i, s := range streams {
		if s.lack != "" {
			lost++
			fmt.Fprintf(os.Stderr, "follower %d lacks %s\n", i, s.lack)
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
