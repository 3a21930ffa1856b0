package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// connection is one of HTTP/1.1, used for one request after another. net/http's own
// client is not used because it sends a GET again when a connection breaks.
type connection struct {
	options options
	opened  func() // told of each new connection
	conn    net.Conn
	answers *bufio.Reader
}

type outcome struct {
	status  int    // 0: no answer
	version string // that answered
	failure string // empty: 2xx, read to its end
	latency time.Duration
}

func (c *connection) exchange() outcome {
	deadline := time.Now().Add(c.options.Timeout)
	if err := c.open(deadline); err != nil {
		return outcome{failure: err.Error()}
	}
	c.conn.SetDeadline(deadline)
	request := c.request()
	if err := request.Write(c.conn); err != nil {
		c.close()
		return outcome{failure: err.Error()}
	}
	response, err := http.ReadResponse(c.answers, request)
	if err != nil {
		c.close()
		return outcome{failure: fmt.Sprintf("no answer: %v", err)}
	}
	result := outcome{status: response.StatusCode, version: response.Header.Get("X-Demo-Version")}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	switch {
	case err != nil:
		result.failure = fmt.Sprintf("%s, cut off: %v", response.Status, err)
	case response.StatusCode/100 != 2:
		result.failure = fmt.Sprintf("%s: %.200s", response.Status, body)
	}
	if err != nil || response.Close || !c.options.KeepAlive {
		c.close()
	}
	return result
}

func (c *connection) request() *http.Request {
	r := &http.Request{Method: http.MethodGet, URL: c.options.URL, Host: c.options.Host,
		Header: c.options.Header, Close: !c.options.KeepAlive}
	if r.Host == "" {
		r.Host = c.options.URL.Host
	}
	return r
}

// open leaves a connection that the other side has not closed in the meantime.
func (c *connection) open(deadline time.Time) error {
	if c.conn != nil && !closedByPeer(c.conn) {
		return nil
	}
	c.close()
	conn, err := (&net.Dialer{Deadline: deadline}).Dial("tcp", c.options.URL.Host)
	if err != nil {
		return err
	}
	c.conn, c.answers = conn, bufio.NewReader(conn)
	c.opened()
	return nil
}

func (c *connection) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// closedByPeer looks whether the end of the stream waits to be read, as every client
// does before it uses a connection again.
func closedByPeer(conn net.Conn) bool {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return true
	}
	closed := false
	err = raw.Read(func(descriptor uintptr) bool {
		_, _, err := syscall.Recvfrom(int(descriptor), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		// Nothing to read yet is how it should be: no answer is open.
		closed = err != syscall.EAGAIN
		return true
	})
	return closed || err != nil
}
