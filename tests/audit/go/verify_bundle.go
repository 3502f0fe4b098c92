// Verify_bundle is a second verifier of our bundles, on the tree and the notes of the Go project.
//
// It shares no line with ours: it was written from docs/reference/leaf-and-bundle.md.
//
//	verify_bundle FOLDER VKEY [OLDER-CHECKPOINT]
//
// It exits with 0 if the bundle is right, and with 1 and a line that says what is not.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
}

type bundle struct {
	files    map[string][]byte
	verifier note.Verifier
	raw      []byte
	checkpoint
}

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Println("REFUSED:", err)
		os.Exit(1)
	}
	fmt.Println("verified")
}

func run(folder, vkey string, held []string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	b := &bundle{files: map[string][]byte{}, verifier: verifier}
	if err := b.read(folder); err != nil {
		return err
	}
	kind, err := b.checkManifest()
	if err != nil {
		return err
	}
	var older *checkpoint
	if len(held) == 1 {
		raw, err := os.ReadFile(held[0])
		if err != nil {
			return err
		}
		if older, err = b.open(raw); err != nil {
			return err
		}
	}
	if kind == "log" {
		return b.checkLog(older)
	}
	return b.checkCase(older)
}

func (b *bundle) read(folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		b.files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
}

// lines returns the lines of a text that the log's key signed.
func (b *bundle) lines(raw []byte) ([]string, error) {
	opened, err := note.Open(raw, note.VerifierList(b.verifier))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(opened.Text, "\n"), "\n"), nil
}

func (b *bundle) open(raw []byte) (*checkpoint, error) {
	lines, err := b.lines(raw)
	if err != nil {
		return nil, err
	}
	if len(lines) != 3 || lines[0] != b.verifier.Name() {
		return nil, errors.New("checkpoint: not three lines of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return nil, errors.New("checkpoint: size")
	}
	root, err := tlog.ParseHash(lines[2])
	return &checkpoint{lines[0], size, root}, err
}

// checkManifest holds every file to its digest, and opens the checkpoint.
func (b *bundle) checkManifest() (string, error) {
	lines, err := b.lines(b.files["manifest"])
	if err != nil {
		return "", fmt.Errorf("manifest: %w", err)
	}
	if len(lines) < 4 || lines[0] != "rapidreview.bundle/v1" && lines[0] != "rapidreview.bundle/v2" {
		return "", errors.New("manifest: form")
	}
	for _, line := range lines[4:] {
		digest, name, _ := strings.Cut(line, "  ")
		data, ok := b.files[name]
		if sum := sha256.Sum256(data); !ok || hex.EncodeToString(sum[:]) != digest {
			return "", fmt.Errorf("%s: not as the manifest says", name)
		}
	}
	if len(b.files) != len(lines)-4+1 {
		return "", errors.New("manifest: other files than it names")
	}
	b.raw = b.files["checkpoint"]
	opened, err := b.open(b.raw)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	b.checkpoint = *opened
	if lines[2] != b.origin || lines[3] != strconv.FormatInt(b.size, 10) {
		return "", errors.New("manifest: of another checkpoint")
	}
	return lines[1], nil
}

// row holds an entry to its form, its stream and its stored body; it returns the stream.
func (b *bundle) row(entry []byte, heads map[string][]string) (string, error) {
	lines := strings.Split(string(entry), "\n")
	if len(lines) != 7 || lines[0] != "rapidreview.audit/v1" || lines[6] != "" {
		return "", errors.New("entry: form")
	}
	stream, version := lines[1], lines[2]
	before := heads[stream]
	if version != strconv.Itoa(len(before)+1) {
		return "", fmt.Errorf("%s: version %s does not follow", stream, version)
	}
	previous := "-"
	if len(before) > 0 {
		previous = before[len(before)-1]
	}
	state := sha256.Sum256(b.files["state/"+stream+"/"+version])
	if lines[4] != hex.EncodeToString(state[:]) || lines[5] != previous {
		return "", fmt.Errorf("%s/%s: body or link", stream, version)
	}
	leaf := tlog.RecordHash(entry)
	heads[stream] = append(before, hex.EncodeToString(leaf[:]))
	return stream, nil
}

// path returns where C2SP's tlog-tiles has a tile, which is not where the Go project has it.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

// width returns how many of so many hashes, or entries, tile n holds.
func width(count, n int64) int {
	if count-n*256 > 256 {
		return 256
	}
	return int(count - n*256)
}

func (b *bundle) checkLog(older *checkpoint) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	heads := map[string][]string{}
	index := int64(0)
	for n := int64(0); n*256 < b.size; n++ {
		name := path(tlog.Tile{H: 8, L: -1, N: n, W: width(b.size, n)})
		data := b.files[strings.Replace(name, "tile/data/", "tile/entries/", 1)]
		for ; len(data) > 2; index++ {
			end := 2 + int(binary.BigEndian.Uint16(data))
			if end > len(data) {
				return fmt.Errorf("%s: cut off", name)
			}
			entry := data[2:end]
			data = data[end:]
			if _, err := b.row(entry, heads); err != nil {
				return err
			}
			hashes, err := tlog.StoredHashes(index, entry, reader)
			if err != nil {
				return err
			}
			stored = append(stored, hashes...)
		}
	}
	if index != b.size {
		return errors.New("not as many entries as the checkpoint says")
	}
	if root, err := tlog.TreeHash(b.size, reader); err != nil || (b.size > 0 && root != b.root) {
		return errors.New("root")
	}
	for level := 0; b.size>>(8*level) > 0; level++ {
		count := b.size >> (8 * level)
		for n := int64(0); n*256 < count; n++ {
			tile := tlog.Tile{H: 8, L: level, N: n, W: width(count, n)}
			made, err := tlog.ReadTileData(tile, reader)
			if err != nil || !bytes.Equal(made, b.files[path(tile)]) {
				return fmt.Errorf("%s: not what the entries make", path(tile))
			}
		}
	}
	if older != nil {
		proof, err := tlog.ProveTree(b.size, older.size, reader)
		if err != nil {
			return err
		}
		return tlog.CheckTree(proof, b.size, b.root, older.size, older.root)
	}
	return nil
}

// proof returns the value on the first line, and the hashes after it, up to the checkpoint.
func (b *bundle) proof(name, first string) (int64, []tlog.Hash, error) {
	head, checkpoint, _ := bytes.Cut(b.files[name], []byte("\n\n"))
	if !bytes.Equal(checkpoint, b.raw) {
		return 0, nil, fmt.Errorf("%s: of another checkpoint", name)
	}
	rest := strings.TrimPrefix(string(head), first)
	lines := strings.Split(rest, "\n")
	value, err := strconv.ParseInt(lines[0], 10, 64)
	if err != nil || rest == string(head) {
		return 0, nil, fmt.Errorf("%s: form", name)
	}
	var hashes []tlog.Hash
	for _, line := range lines[1:] {
		data, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(data) != tlog.HashSize {
			return 0, nil, fmt.Errorf("%s: a hash", name)
		}
		var hash tlog.Hash
		copy(hash[:], data)
		hashes = append(hashes, hash)
	}
	return value, hashes, nil
}

func (b *bundle) checkCase(older *checkpoint) error {
	head, err := b.lines(b.files["case-head"])
	if err != nil {
		return fmt.Errorf("case-head: %w", err)
	}
	if len(head) != 6 || head[0] != "rapidreview.case-head/v1" || head[1] != b.origin ||
		head[2] != strconv.FormatInt(b.size, 10) {
		return errors.New("case-head: form, or of another checkpoint")
	}
	heads := map[string][]string{}
	for version := 1; strconv.Itoa(version-1) != head[4]; version++ {
		entry, ok := b.files[fmt.Sprintf("entry/%d", version)]
		if !ok {
			return fmt.Errorf("entry/%d: not there", version)
		}
		stream, err := b.row(entry, heads)
		if err != nil || stream != head[3] {
			return fmt.Errorf("entry/%d: of another case, or %v", version, err)
		}
		name := fmt.Sprintf("proof/%d.tlog-proof", version)
		index, hashes, err := b.proof(name, "c2sp.org/tlog-proof@v1\nindex ")
		if err != nil {
			return err
		}
		proof := tlog.RecordProof(hashes)
		if err := tlog.CheckRecord(proof, b.size, b.root, index, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if leaves := heads[head[3]]; len(leaves) == 0 || leaves[len(leaves)-1] != head[5] {
		return errors.New("case-head: another last leaf")
	}
	if older != nil {
		_, hashes, err := b.proof(fmt.Sprintf("consistency/%d", older.size), "old ")
		if err != nil {
			return err
		}
		return tlog.CheckTree(tlog.TreeProof(hashes), b.size, b.root, older.size, older.root)
	}
	return nil
}
