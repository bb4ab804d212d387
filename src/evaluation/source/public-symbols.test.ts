import { expect, test } from 'vitest';
import { publicSymbols } from './public-symbols.ts';

test('a Python module is documented by docstrings', () => {
  const text = `
"""About the module."""

def said(a: dict[str, int] = {"x:": 1},
         b=None) -> int:
    """What it does."""

async def unsaid(): return 'not words'

def commented():
    # A comment is no docstring.
    return 1

class Thing(Base):
    '''What it is.'''
    def method(self): ...

def _private(): ...

text = """
def within(): ...
"""
`;
  expect(Object.fromEntries(publicSymbols(text, 'a.py') ?? [])).toEqual({ said: true, unsaid: false, commented: false, Thing: true });
});

test('what Go exports is documented by the comment right before it', () => {
  const text = `package a

// Said does it.
func Said() {}

// Too far away.

func Unsaid() {}

//go:noinline
func Directed() {}

/* Thing is one. */
type Thing struct{}

// Method does more.
func (t *Thing) Method() {}

func private() {}
`;
  expect(Object.fromEntries(publicSymbols(text, 'a.go') ?? [])).toEqual({
    Said: true,
    Unsaid: false,
    Directed: false,
    Thing: true,
    Method: true,
  });
});

test('what is pub in Rust is documented by three strokes, over attributes', () => {
  const text = `
/// Said does it.
#[inline]
pub fn said() {}
// Only a comment.
pub async fn unsaid() {}
/** A thing. */
pub struct Thing;
pub(crate) fn inner() {}
fn private() {}
#[cfg(test)]
mod tests { pub fn helper() {} }
`;
  expect(Object.fromEntries(publicSymbols(text, 'a.rs') ?? [])).toEqual({ said: true, unsaid: false, Thing: true });
});

test('what is public in Java is documented by a doc comment, over annotations', () => {
  const text = `
/**
 * A thing.
 */
@Deprecated
public final class Thing {
  /** Makes one. */
  public Thing(int a) {}
  public static <T> List<T> unsaid(Map<String, T> of) { return "public class No {}"; }
  @Override
  public String toString() { return ""; }
  // A comment is no documentation.
  public int count;
  private void inner() {}
}
`;
  expect(Object.fromEntries(publicSymbols(text, 'Thing.java') ?? [])).toEqual({ Thing: true, unsaid: false, toString: true, count: false });
});

test('of other languages nothing is known', () => {
  expect(publicSymbols('def a', 'a.rb')).toBeUndefined();
  expect(publicSymbols('export const a = 1;', 'a.ts')).toBeUndefined();
  expect(publicSymbols('words', 'README.md')).toBeUndefined();
});
