package lang

import (
	"iter"
	"slices"
	"strings"
)

// Suggest returns the known word that was most likely meant, "" if none is near: at most one edit
// for every three letters, swapped neighbours counting as one. Case does not count; of equally near
// words the first in byte order is taken, so that the answer does not depend on the order of known.
func Suggest(word string, known iter.Seq[string]) string {
	best, bestDist := "", max(1, len(word)/3)+1
	w := []byte(strings.ToLower(word))
	for k := range known {
		if abs(len(k)-len(w)) >= bestDist+1 {
			continue
		}
		d := distance(w, []byte(strings.ToLower(k)))
		if d >= max(1, len(w)) { // nothing of the word is left
			continue
		}
		if d < bestDist || d == bestDist && best != "" && nearer(w, k, best) {
			best, bestDist = k, d
		}
	}
	return best
}

// nearer decides between two words at the same distance: swapped letters are likelier than wrong ones.
func nearer(w []byte, k, best string) bool {
	if a, b := sameLetters(w, k), sameLetters(w, best); a != b {
		return a
	}
	return k < best
}

func sameLetters(w []byte, k string) bool {
	a, b := slices.Sorted(slices.Values(w)), slices.Sorted(slices.Values([]byte(strings.ToLower(k))))
	return slices.Equal(a, b)
}

// distance is the Damerau-Levenshtein distance (optimal string alignment) of two words.
func distance(a, b []byte) int {
	prev2, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}

func abs(n int) int { return max(n, -n) }
