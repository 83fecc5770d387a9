package secondary

import (
	"errors"
	"fmt"
	"strings"
)

// This file reads the syntax of BIND's configuration: statements that end with a
// semicolon and are made of words, texts in quotes, and blocks in braces.

// A statement is what stands before a semicolon.
type statement []element

// An element is a word, or a block where it has statements.
type element struct {
	text       string
	statements []statement // not nil for a block
}

// is reports whether a statement begins with a word and has a text behind it.
func (s statement) is(word string, least int) bool {
	return len(s) >= least && s[0].statements == nil && s[0].text == word && s[1].statements == nil
}

// block gives the statements of the last element, nil where it is no block.
func (s statement) block() []statement {
	if len(s) == 0 {
		return nil
	}
	return s[len(s)-1].statements
}

var (
	errComment = errors.New("a comment has no end: the file was cut")
	errQuote   = errors.New("a text in quotes has no end")
	errBrace   = errors.New("a block has no end: the file was cut")
	errExtra   = errors.New("there is a } too many")
	errNoSemi  = errors.New("the last statement has no end: the file was cut")
	errNested  = errors.New("blocks are nested too deeply")
)

// A confLexer reads a configuration from its beginning to its end.
type confLexer struct {
	text string
	at   int
}

// parseConf reads a whole file.
func parseConf(text string) ([]statement, error) {
	l := confLexer{text: strings.TrimPrefix(text, "\xef\xbb\xbf")}
	statements, err := l.statements(0)
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", 1+strings.Count(l.text[:min(l.at, len(l.text))], "\n"), err)
	}
	return statements, nil
}

const deepest = 64

// statements reads up to the brace that ends a block, or to the end of the file.
func (l *confLexer) statements(depth int) ([]statement, error) {
	if depth > deepest {
		return nil, errNested
	}
	all := []statement{}
	var s statement
	for {
		kind, text, err := l.next()
		switch {
		case err != nil:
			return nil, err
		case kind == ';':
			if len(s) > 0 {
				all = append(all, s)
			}
			s = nil
		case kind == '{':
			block, err := l.statements(depth + 1)
			if err != nil {
				return nil, err
			}
			s = append(s, element{statements: block})
		case kind == '}' && depth == 0:
			return nil, errExtra
		case kind == 0 && depth > 0:
			return nil, errBrace
		case kind == '}' || kind == 0:
			if len(s) > 0 {
				return nil, errNoSemi
			}
			return all, nil
		default:
			s = append(s, element{text: text})
		}
	}
}

// next gives the next token: one of { } ; or 'w' for a word, with its text, or 0 at
// the end.
func (l *confLexer) next() (kind byte, text string, err error) {
	if err := l.skip(); err != nil || l.at >= len(l.text) {
		return 0, "", err
	}
	switch c := l.text[l.at]; c {
	case '{', '}', ';':
		l.at++
		return c, "", nil
	case '"':
		return l.quoted()
	}
	from := l.at
	for l.at < len(l.text) && !strings.ContainsRune(" \t\r\n\v\f{};\"", rune(l.text[l.at])) && !l.comment() {
		l.at++
	}
	return 'w', l.text[from:l.at], nil
}

// comment reports whether one begins here. A slash within a word, as of a path or a
// prefix, is none.
func (l *confLexer) comment() bool {
	rest := l.text[l.at:]
	return strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*") || strings.HasPrefix(rest, "#")
}

// skip passes over blanks and comments.
func (l *confLexer) skip() error {
	for l.at < len(l.text) {
		rest := l.text[l.at:]
		switch {
		case strings.ContainsRune(" \t\r\n\v\f", rune(rest[0])):
			l.at++
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return errComment
			}
			l.at += 2 + end + 2
		case l.comment():
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			l.at += end
		default:
			return nil
		}
	}
	return nil
}

// quoted reads a text in quotes, in which a backslash takes the next octet as it is.
func (l *confLexer) quoted() (byte, string, error) {
	var b strings.Builder
	for i := l.at + 1; i < len(l.text); i++ {
		switch c := l.text[i]; {
		case c == '"':
			l.at = i + 1
			return 'w', b.String(), nil
		case c == '\n':
			return 0, "", errQuote
		case c == '\\' && i+1 < len(l.text):
			i++
			b.WriteByte(l.text[i])
		default:
			b.WriteByte(c)
		}
	}
	return 0, "", errQuote
}
