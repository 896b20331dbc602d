// A judge that has never heard of Sigillo: Go's own transparency log package (golang.org/x/mod/sumdb) reads a log in
// the tlog-tiles layout over HTTP and says whether it holds.
//
//	sumdb -url URL -vkey VKEY [-host NAME] [-entries] [-before FILE] [-keep FILE]
//
// It verifies the checkpoint's signature by the Ed25519 key, the root over the tiles, the inclusion of leaves at the
// beginning, the end and in between, and, with -before, that the log only grew since the checkpoint in that file. With
// -entries it hashes the entries themselves; without, it takes the leaf hashes from the tiles.
package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8
	largest = 17 << 20
)

// log reads each tile once.
type log struct {
	url, host string
	client    *http.Client
	tiles     map[string][]byte
}

func main() {
	url := flag.String("url", "", "the log's address")
	vkey := flag.String("vkey", "", "its Ed25519 verifier key")
	host := flag.String("host", "", "the name to ask for, if not the address's own")
	before := flag.String("before", "", "a checkpoint that was fetched earlier: the log must continue it")
	keep := flag.String("keep", "", "where to write the checkpoint, once all holds")
	entries := flag.Bool("entries", false, "read the entries and hash them")
	flag.Parse()
	line, err := judge(*url, *vkey, *host, *before, *keep, *entries)
	if err != nil {
		fmt.Println("sumdb: " + err.Error())
		os.Exit(1)
	}
	fmt.Println("sumdb: " + line)
}

func judge(url, vkey, host, before, keep string, entries bool) (string, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return "", fmt.Errorf("the verifier key: %w", err)
	}
	l := &log{url: strings.TrimSuffix(url, "/"), host: host, client: &http.Client{Timeout: 20 * time.Second}, tiles: map[string][]byte{}}
	signed, err := l.get("checkpoint")
	if err != nil {
		return "", err
	}
	tree, err := open(signed, verifier)
	if err != nil {
		return "", fmt.Errorf("the checkpoint: %w", err)
	}
	// Authenticates every tile that it reads by the root.
	hashes := tlog.TileHashReader(tree, l)
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return "", fmt.Errorf("the tree: %w", err)
	}
	if root != tree.Hash {
		return "", fmt.Errorf("the root over the tiles is %v, not %v", root, tree.Hash)
	}
	leaves := sample(tree.N)
	for _, n := range leaves {
		if err := l.included(tree, n, hashes, entries); err != nil {
			return "", fmt.Errorf("leaf %d: %w", n, err)
		}
	}
	line := fmt.Sprintf("size %d holds, %d leaves included", tree.N, len(leaves))
	if before != "" {
		earlier, err := os.ReadFile(before)
		if err != nil {
			return "", err
		}
		old, err := open(earlier, verifier)
		if err != nil {
			return "", fmt.Errorf("the earlier checkpoint: %w", err)
		}
		if err := consistent(old, tree, hashes); err != nil {
			return "", fmt.Errorf("from size %d to %d: %w", old.N, tree.N, err)
		}
		line += fmt.Sprintf(", continues size %d", old.N)
	}
	if keep != "" {
		if err := os.WriteFile(keep, signed, 0o600); err != nil {
			return "", err
		}
	}
	return line + fmt.Sprintf(", %d tiles", len(l.tiles)), nil
}

// open verifies a checkpoint: three lines, signed under the key's own name.
func open(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("not a checkpoint of " + verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, errors.New("not a size: " + lines[1])
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, err
	}
	return tlog.Tree{N: size, Hash: hash}, nil
}

func (l *log) included(tree tlog.Tree, n int64, hashes tlog.HashReader, entries bool) error {
	leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
	if err != nil {
		return err
	}
	hash := leaf[0]
	if entries {
		entry, err := l.entry(tree, n)
		if err != nil {
			return err
		}
		hash = tlog.RecordHash(entry)
	}
	proof, err := tlog.ProveRecord(tree.N, n, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, hash); err != nil {
		return err
	}
	hash[0] ^= 1
	if tlog.CheckRecord(proof, tree.N, tree.Hash, n, hash) == nil {
		return errors.New("another leaf is included too")
	}
	return nil
}

func consistent(old, tree tlog.Tree, hashes tlog.HashReader) error {
	if old.N > tree.N {
		return errors.New("it has shrunk")
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// sample names leaves at both ends, at the edges of tiles and in between.
func sample(size int64) []int64 {
	var all []int64
	seen := map[int64]bool{}
	for _, n := range []int64{0, 1, 2, 254, 255, 256, 257, 65535, 65536, size / 3, size / 2, size - 257, size - 2, size - 1} {
		if n >= 0 && n < size && !seen[n] {
			seen[n] = true
			all = append(all, n)
		}
	}
	return all
}

// Height, ReadTiles and SaveTiles make a tlog.TileReader of the log.
func (l *log) Height() int { return height }

func (l *log) SaveTiles([]tlog.Tile, [][]byte) {}

func (l *log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for i, tile := range tiles {
		at := path(tile)
		data, known := l.tiles[at]
		if !known {
			var err error
			if data, err = l.get(at); err != nil {
				return nil, err
			}
			if len(data) != tile.W*tlog.HashSize {
				return nil, fmt.Errorf("%s has %d bytes", at, len(data))
			}
			l.tiles[at] = data
		}
		read[i] = data
	}
	return read, nil
}

// path is tlog's own, without the height that the older layout names: tile/8/0/000 becomes tile/0/000.
func path(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tile.H))
}

func (l *log) entry(tree tlog.Tree, n int64) ([]byte, error) {
	bundle := tlog.Tile{H: height, L: 0, N: n >> height, W: 1 << height}
	if full := tree.N >> height; bundle.N == full {
		bundle.W = int(tree.N - full<<height)
	}
	data, err := l.get(strings.Replace(path(bundle), "tile/0/", "tile/entries/", 1))
	if err != nil {
		return nil, err
	}
	for i := int64(0); ; i++ {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("the bundle ends within an entry")
		}
		length := int(binary.BigEndian.Uint16(data))
		if i == n&(1<<height-1) {
			return data[2 : 2+length], nil
		}
		data = data[2+length:]
	}
}

func (l *log) get(path string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, l.url+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	if l.host != "" {
		request.Host = l.host
	}
	response, err := l.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, largest))
}
