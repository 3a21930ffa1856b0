// demo-app is a small web service that can be told to misbehave, so that tests
// have something to deploy, to measure and to roll back.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	exitFailed  = 1
	exitMisused = 2

	shutdownLimit = 10 * time.Second
)

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	if len(os.Args) > 1 {
		os.Exit(runCommand(os.Args[1:]))
	}
	settings, err := settingsFrom(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo-app:", err)
		os.Exit(exitMisused)
	}
	if err := serve(settings); err != nil {
		log.Println("demo-app:", err)
		os.Exit(exitFailed)
	}
}

func runCommand(args []string) int {
	if args[0] == "check" {
		return check(args[1:], os.Stdout, os.Stderr)
	}
	fmt.Fprintln(os.Stderr, "usage: demo-app | demo-app check URL [--expect-version V]")
	return exitMisused
}

func serve(s settings) error {
	log.Printf("demo-app %s starts on %s", s.Version, s.Address)
	if s.Crash == crashAtOnce {
		return errors.New("crashing at once, as DEMO_CRASH asks")
	}
	time.Sleep(s.StartDelay)

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	listener, err := net.Listen("tcp", s.Address)
	if err != nil {
		return err
	}
	app, drain := newApp(s), newDrain()
	server := &http.Server{Handler: drain.sayClosing(app.routes()), ConnState: drain.follow, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	if s.Crash != "" {
		go crashSoon(s.Crash)
	}
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	log.Print("told to end: not ready any more, letting clients go")
	app.setReady(false)
	drain.run(drainLimit)
	limited, cancel := context.WithTimeout(context.Background(), shutdownLimit)
	defer cancel()
	return server.Shutdown(limited)
}

// crashSoon leaves time for one readiness probe, so that the failure is seen after the start.
func crashSoon(kind string) {
	time.Sleep(2 * time.Second)
	if kind == crashOutOfMemory {
		log.Print("taking all memory, as DEMO_CRASH asks")
		for hoard := [][]byte{}; ; {
			block := make([]byte, 8<<20)
			for i := 0; i < len(block); i += 4096 {
				block[i] = 1
			}
			hoard = append(hoard, block)
		}
	}
	log.Print("crashing after the start, as DEMO_CRASH asks")
	os.Exit(exitFailed)
}
