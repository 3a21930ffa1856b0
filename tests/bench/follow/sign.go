package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"time"
)

// readKey reads a private key as "leadsman key generate" writes it.
func readKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	encoded, found := strings.CutPrefix(strings.TrimSpace(string(text)), "ed25519-secret:")
	if !found {
		return nil, fmt.Errorf("%s holds no private key", path)
	}
	seed, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s holds no private key of %d bytes", path, ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// signedHeaders are the header lines that sign a GET request without a query (RFC 9421).
func signedHeaders(key ed25519.PrivateKey, authority, path string) string {
	nothing := sha256.Sum256(nil)
	digest := "sha-256=:" + base64.StdEncoding.EncodeToString(nothing[:]) + ":"
	id := sha256.Sum256(key.Public().(ed25519.PublicKey))
	now := time.Now().Unix()
	params := fmt.Sprintf(`("@method" "@authority" "@path" "@query" "content-digest");created=%d;expires=%d;nonce="%s";keyid="%s";alg="ed25519";tag="leadsman"`,
		now, now+300, rand.Text(), hex.EncodeToString(id[:])[:16])
	base := fmt.Sprintf("\"@method\": GET\n\"@authority\": %s\n\"@path\": %s\n\"@query\": ?\n\"content-digest\": %s\n\"@signature-params\": %s",
		authority, path, digest, params)
	signature := base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(base)))
	return fmt.Sprintf("Content-Digest: %s\r\nSignature-Input: leadsman=%s\r\nSignature: leadsman=:%s:\r\n", digest, params, signature)
}
