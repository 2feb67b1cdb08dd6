// Package dkimkeeper is a sketch, not built or run by the tests: a crypto.Signer for programs in Go, whose
// DKIM libraries take one (github.com/emersion/go-msgauth/dkim: SignOptions.Signer).
//
// Package keeperv1 comes from the .proto files:
//
//	protoc -I proto --go_out=. --go-grpc_out=. \
//	  --go_opt=Mdkimkeeper/v1/signing.proto=example.test/keeperv1 … proto/dkimkeeper/v1/*.proto
//
// and the connection from grpc.NewClient with credentials.NewTLS: the server's authority in RootCAs, the
// client's certificate in Certificates.
package dkimkeeper

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"

	"example.test/keeperv1"
)

const callLimit = 5 * time.Second

// Signer signs with one key in custody. Safe for concurrent use.
type Signer struct {
	signing keeperv1.SigningClient
	key     *keeperv1.SigningKey
	public  crypto.PublicKey
}

// NewSigners asks which keys sign for domain: one Signer for each. Ask again when Sign fails with the reason
// SELECTOR_NOT_ACTIVE, or watch WatchSigningKeys: keys rotate.
func NewSigners(ctx context.Context, signing keeperv1.SigningClient, domain string) ([]*Signer, error) {
	list, err := signing.ListSigningKeys(ctx, &keeperv1.ListSigningKeysRequest{Domain: domain})
	if err != nil {
		return nil, err
	}
	var signers []*Signer
	for _, key := range list.Keys {
		// RSA: a SubjectPublicKeyInfo; Ed25519: 32 raw bytes.
		var public crypto.PublicKey = ed25519.PublicKey(key.PublicKey)
		if key.Algorithm == keeperv1.Algorithm_ALGORITHM_RSA_SHA256 {
			if public, err = x509.ParsePKIXPublicKey(key.PublicKey); err != nil {
				return nil, fmt.Errorf("public key of %s: %w", key.Selector, err)
			}
		}
		signers = append(signers, &Signer{signing, key, public})
	}
	return signers, nil
}

// Selector is what s= has to say.
func (s *Signer) Selector() string { return s.key.Selector }

// Public implements crypto.Signer.
func (s *Signer) Public() crypto.PublicKey { return s.public }

// Sign implements crypto.Signer for a SHA-256 digest: RSA with PKCS#1 v1.5, Ed25519 over the digest (RFC 8463),
// for which libraries of Go say "no hash".
func (s *Signer) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if hash := opts.HashFunc(); len(digest) != 32 || (hash != crypto.SHA256 && hash != 0) {
		return nil, errors.New("dkimkeeper signs SHA-256 digests only")
	}
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	answer, err := s.signing.SignDigest(ctx, &keeperv1.SignDigestRequest{
		Domain: s.key.Domain, Selector: s.key.Selector, Algorithm: s.key.Algorithm, Digest: digest,
	})
	if err != nil {
		return nil, err
	}
	return answer.Signature, nil
}
