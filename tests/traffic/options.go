package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

type options struct {
	URL         *url.URL
	Host        string
	Header      http.Header
	Rate        float64 // requests a second
	Connections int
	KeepAlive   bool
	Duration    time.Duration // 0: until a signal
	Timeout     time.Duration // of one request, from its dispatch on
	Out         string
	Timeline    string
}

func optionsFrom(args []string, complaints io.Writer) (options, error) {
	o := options{Header: http.Header{}}
	var text string
	flags := flag.NewFlagSet("traffic", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.StringVar(&text, "url", "", "what to ask for: http, an address of this machine or of a private network")
	flags.StringVar(&o.Host, "host", "", "Host header, if not the URL's")
	flags.Float64Var(&o.Rate, "rate", 200, "requests a second, however fast the answers come")
	flags.IntVar(&o.Connections, "connections", 20, "connections, each with one request at a time")
	flags.BoolVar(&o.KeepAlive, "keep-alive", true, "use a connection again; false opens one for each request")
	flags.DurationVar(&o.Duration, "duration", 0, "how long; without it until SIGINT or SIGTERM")
	flags.DurationVar(&o.Timeout, "timeout", 5*time.Second, "how long one request may take")
	flags.StringVar(&o.Out, "out", "", "file of the report, if not stdout")
	flags.StringVar(&o.Timeline, "timeline", "", "file that gets a line of JSON each second")
	flags.Func("header", "NAME=VALUE, may be given several times", func(pair string) error {
		name, value, found := strings.Cut(pair, "=")
		if !found || name == "" {
			return fmt.Errorf("%q is not NAME=VALUE", pair)
		}
		o.Header.Add(name, value)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("what is %q?", flags.Arg(0))
	}
	if o.Rate <= 0 || o.Connections < 1 || o.Timeout <= 0 || o.Duration < 0 {
		return o, fmt.Errorf("rate, connections and timeout must be above 0, and duration not below")
	}
	var err error
	o.URL, err = targetFrom(text)
	return o, err
}

// targetFrom takes only addresses that a test can own: names could lead anywhere.
func targetFrom(text string) (*url.URL, error) {
	target, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	if target.Scheme != "http" {
		return nil, fmt.Errorf("url: %q is no http address", text)
	}
	address, err := netip.ParseAddr(target.Hostname())
	if err != nil || !address.IsLoopback() && !address.IsPrivate() {
		return nil, fmt.Errorf("url: %q is no loopback or private address", target.Hostname())
	}
	if target.Port() == "" {
		target.Host = net.JoinHostPort(target.Hostname(), "80")
	}
	return target, nil
}
