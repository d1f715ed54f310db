// Judges trees, proofs and signed notes by the code of the Go project (golang.org/x/mod/sumdb: RFC 6962 trees, signed
// notes): one JSON request a line in, one JSON answer a line out. Only the twelve lines of `witness` are ours: what
// C2SP tlog-cosignature puts before the text.
package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type request struct {
	Kind    string // roots, include, extend, inclusion, consistency, note
	Leaves  []tlog.Hash
	Leaf    tlog.Hash
	Index   int64
	Old     int64
	Size    int64
	OldRoot tlog.Hash
	Root    tlog.Hash
	Proof   []tlog.Hash
	Note    string
	Signers []string // verifier keys of signed notes: <name>+<key hash>+<base64 of type and key>
	Name    string   // of a witness, with Key
	Key     []byte
}

type answer struct {
	Refused string      `json:"refused"`
	Hashes  []tlog.Hash `json:"hashes"`
	Text    string      `json:"text"`
	Lines   int         `json:"lines"`   // signature lines that hold
	Strange int         `json:"strange"` // lines by keys that were not given
}

type witness struct {
	name string
	key  ed25519.PublicKey
}

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n\x04"), w.key...))
	return binary.BigEndian.Uint32(sum[:])
}

func (w witness) Verify(text, stamp []byte) bool {
	if len(stamp) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(stamp), text)
	return ed25519.Verify(w.key, []byte(signed), stamp[8:])
}

func main() {
	lines, answers := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	requests := json.NewDecoder(lines)
	for requests.More() {
		var asked request
		if err := requests.Decode(&asked); err != nil {
			panic(err)
		}
		told, err := judged(asked)
		if err != nil {
			told.Refused = err.Error()
		}
		if err := answers.Encode(told); err != nil {
			panic(err)
		}
	}
}

func judged(asked request) (answer, error) {
	switch asked.Kind {
	case "roots":
		return roots(asked.Leaves)
	case "include":
		proof, err := tlog.ProveRecord(asked.Size, asked.Index, stored(asked.Leaves))
		return answer{Hashes: proof}, err
	case "extend":
		proof, err := tlog.ProveTree(asked.Size, asked.Old, stored(asked.Leaves))
		return answer{Hashes: proof}, err
	case "inclusion":
		return answer{}, tlog.CheckRecord(asked.Proof, asked.Size, asked.Root, asked.Index, asked.Leaf)
	case "consistency":
		return answer{}, tlog.CheckTree(asked.Proof, asked.Size, asked.Root, asked.Old, asked.OldRoot)
	case "note":
		return opened(asked)
	}
	return answer{}, fmt.Errorf("unknown request %q", asked.Kind)
}

// roots of the first 1, 2 … leaves
func roots(leaves []tlog.Hash) (answer, error) {
	told, reader := answer{}, stored(leaves)
	for size := 1; size <= len(leaves); size++ {
		root, err := tlog.TreeHash(int64(size), reader)
		if err != nil {
			return told, err
		}
		told.Hashes = append(told.Hashes, root)
	}
	return told, nil
}

func stored(leaves []tlog.Hash) tlog.HashReader {
	var kept []tlog.Hash
	reader := tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(places))
		for n, place := range places {
			found[n] = kept[place]
		}
		return found, nil
	})
	for n, leaf := range leaves {
		fresh, err := tlog.StoredHashesForRecordHash(int64(n), leaf, reader)
		if err != nil {
			panic(err)
		}
		kept = append(kept, fresh...)
	}
	return reader
}

func opened(asked request) (answer, error) {
	var known []note.Verifier
	for _, signer := range asked.Signers {
		verifier, err := note.NewVerifier(signer)
		if err != nil {
			return answer{}, err
		}
		known = append(known, verifier)
	}
	if asked.Name != "" {
		known = append(known, witness{asked.Name, asked.Key})
	}
	found, err := note.Open([]byte(asked.Note), note.VerifierList(known...))
	if err != nil {
		return answer{}, err
	}
	return answer{Text: found.Text, Lines: len(found.Sigs), Strange: len(found.UnverifiedSigs)}, nil
}
