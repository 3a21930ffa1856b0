package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// check asks a demo-app for its version; it is what the chart's tests run.
func check(args []string, out, errors io.Writer) int {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(errors)
	expected := flags.String("expect-version", "", "fail unless this version answers")
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || flags.Parse(args[1:]) != nil || flags.NArg() > 0 {
		fmt.Fprintln(errors, "usage: demo-app check URL [--expect-version V]")
		return exitMisused
	}
	client := http.Client{Timeout: 5 * time.Second}
	fmt.Fprintln(out, "GET", args[0])
	response, err := client.Get(args[0])
	if err != nil {
		fmt.Fprintln(out, "FAIL", err)
		return exitFailed
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 4<<10))
	fmt.Fprintf(out, "%s %s\n", response.Status, strings.TrimSpace(string(body)))
	if response.StatusCode != http.StatusOK {
		fmt.Fprintln(out, "FAIL wanted status 200")
		return exitFailed
	}
	var seen struct{ Version string }
	if *expected != "" && (json.Unmarshal(body, &seen) != nil || seen.Version != *expected) {
		fmt.Fprintf(out, "FAIL wanted version %q, got %q\n", *expected, seen.Version)
		return exitFailed
	}
	fmt.Fprintln(out, "PASS")
	return 0
}
