import type { Files } from './changed-project.ts';

/** Small projects as they stand in a repository, one for each ecosystem whose tricks are known. */

export const javascript: Files = {
  'package.json': JSON.stringify(
    {
      name: 'prices',
      scripts: { build: 'tsc -p .', test: 'vitest run', lint: 'eslint src', start: 'node src/main.js' },
      dependencies: { left: '1.0.0' },
      devDependencies: { vitest: '5.0.0', eslint: '9.0.0' },
    },
    null,
    2,
  ),
  'package-lock.json': '{"lockfileVersion":3,"packages":{}}\n',
  'tsconfig.json': '{"compilerOptions":{"strict":true},"include":["src"]}\n',
  'vitest.config.ts': `export default { test: { include: ['test/**/*.test.js'], coverage: { thresholds: { lines: 90 } } } };\n`,
  'eslint.config.js': `export default [{ rules: { 'no-unused-vars': 'error' } }];\n`,
  '.github/workflows/ci.yml': 'jobs:\n  test:\n    steps:\n      - run: npm test\n',
  'README.md': '# Prices\n',
  'src/price.js': `/** What an order costs. */
export function price(count, each) {
  let sum = count * each;
  if (count > 10) sum = sum * 0.8;
  return sum;
}

export function label(code) {
  return code;
}
`,
  'src/text.js': `export function reverse(text) {
  return text;
}
`,
  'src/main.js': `import { price } from './price.js';
console.log(price(1, 2));
`,
  'test/helpers.js': `export const each = 5;
`,
  'test/price.test.js': `import { expect, test } from 'vitest';
import { price, label } from '../src/price.js';
import { reverse } from '../src/text.js';
import { each } from './helpers.js';

const cases = [
  [1, 5],
  [2, 10],
];

test('a few cost as much as they cost', () => {
  expect(price(3, each)).toBe(15);
  expect(price(17, 3)).toBe(40.8);
  expect(price(23, 7)).toBe(128.8);
});

test.each([
  ['EUR', '€'],
  ['USD', '$'],
])('the sign of %s is %s', (code, sign) => {
  expect(label(code)).toBe(sign);
});

for (const [count, wanted] of cases) {
  test('price of ' + count, () => {
    expect(price(count, each)).toBe(wanted);
  });
}

test('a text is turned around', () => {
  expect(reverse('two words')).toBe('sdrow owt');
  expect(reverse('a-b')).toBe('b-a');
  expect(reverse('x')).toMatchInlineSnapshot(\`"x"\`);
});
`,
  'test/__snapshots__/page.test.js.snap': 'exports[`page 1`] = `<p>1</p>`;\n\nexports[`page 2`] = `<p>2</p>`;\n',
  'test/fixtures/order.json': '{"count":3}\n',
};

export const python: Files = {
  'pyproject.toml': `[project]
name = "prices"
dependencies = ["left==1.0"]

[tool.pytest.ini_options]
testpaths = ["tests"]

[tool.ruff]
line-length = 100
`,
  'prices/__init__.py': '',
  'prices/price.py': `"""Prices."""


def price(count):
    """What an order costs."""
    total = count * 5
    if count > 10:
        total = total * 0.8
    return total
`,
  'tests/conftest.py': `import pytest


@pytest.fixture
def each():
    return 5
`,
  'tests/test_price.py': `import pytest
from prices.price import price


@pytest.mark.parametrize(
    "count, wanted",
    [
        (1, 5),
        (2, 10),
    ],
)
def test_few(count, wanted):
    assert price(count) == wanted


def test_many(each):
    assert price(17) == 68
    assert price(23) == 92


class TestErrors:
    def test_text(self):
        with pytest.raises(TypeError):
            price(None)
`,
};

export const go: Files = {
  'go.mod': 'module example.org/prices\n\ngo 1.22\n\nrequire github.com/stretchr/testify v1.9.0\n',
  'price.go': 'package prices\n\n// Price says what an order costs.\nfunc Price(count int) int {\n\treturn count * 5\n}\n',
  'price_test.go': `package prices

import (
	"testing"
)

func TestPrice(t *testing.T) {
	cases := []struct {
		count, want int
	}{
		{1, 5},
		{2, 10},
	}
	for _, c := range cases {
		if got := Price(c.count); got != c.want {
			t.Errorf("Price(%d) = %d, want %d", c.count, got, c.want)
		}
	}
}
`,
};

export const rust: Files = {
  'Cargo.toml': '[package]\nname = "prices"\nversion = "0.1.0"\n\n[dependencies]\nserde = "1"\n',
  'src/lib.rs': `/// What an order costs.
pub fn price(count: i64) -> i64 {
    count * 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few() {
        assert_eq!(price(1), 5);
    }
}
`,
  'tests/whole.rs': `use prices::price;

#[test]
fn many() {
    assert_eq!(price(20), 100);
}
`,
};

export const java: Files = {
  'pom.xml': `<project>
  <properties><java.version>21</java.version></properties>
  <dependencies><dependency><artifactId>left</artifactId><version>1</version></dependency></dependencies>
  <build><plugins>
    <plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.0</version><configuration><trimStackTrace>false</trimStackTrace></configuration></plugin>
  </plugins></build>
</project>
`,
  'src/main/java/Price.java': 'public class Price {\n  public static int of(int count) {\n    return count * 5;\n  }\n}\n',
  'src/test/java/PriceTest.java': `import static org.junit.jupiter.api.Assertions.assertEquals;
import org.junit.jupiter.api.Test;

class PriceTest {
  @Test
  void few() {
    assertEquals(5, Price.of(1));
  }
}
`,
};

export const dotnet: Files = {
  'Prices.sln': 'Microsoft Visual Studio Solution File\n',
  'Prices/Prices.csproj':
    '<Project Sdk="Microsoft.NET.Sdk">\n  <PropertyGroup>\n    <TargetFramework>net8.0</TargetFramework>\n  </PropertyGroup>\n</Project>\n',
  'Prices/Price.cs': 'public static class Price\n{\n    public static int Of(int count)\n    {\n        return count * 5;\n    }\n}\n',
  'Prices.Tests/Prices.Tests.csproj':
    '<Project Sdk="Microsoft.NET.Sdk">\n  <ItemGroup>\n    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.0.0" />\n    <PackageReference Include="xunit" Version="2.0.0" />\n  </ItemGroup>\n</Project>\n',
  'Prices.Tests/PriceTests.cs': `using Xunit;

public class PriceTests
{
    [Fact]
    public void Few()
    {
        Assert.Equal(5, Price.Of(1));
    }
}
`,
};

export const make: Files = {
  Makefile: `CC = cc
VERSION = 1

all: build

build:
	$(CC) -o price price.c

test: build
	./check.sh

clean:
	rm -f price
`,
  'price.c': 'int main(void) { return 0; }\n',
  'check.sh': '#!/bin/sh\nset -e\n./price\n',
};

/** A program that the tests run with an option, by which it tests itself. */
export const selfTested: Files = {
  'package.json': '{"name":"adder","type":"module","scripts":{"test":"node src/cli.js --selftest"}}\n',
  'src/cli.js': `#!/usr/bin/env node
import assert from 'node:assert/strict';
import { add } from './add.js';

let failures = 0;
const cases = [
  [[1, 2], 3],
  [[], 0],
];

function check(name, got, wanted) {
  if (got === wanted) return;
  failures += 1;
  console.error(name, got, wanted);
}

export function total(list) {
  let sum = 1;
  for (const each of list) sum = add(sum, each);
  return sum;
}

function selfTest() {
  assert.equal(add(2, 3), 5);
  for (const [list, wanted] of cases) check('total', total(list), wanted);
  process.exit(failures > 0 ? 1 : 0);
}

function main(args) {
  if (args.includes('--help')) {
    console.log('adder [--selftest] numbers');
    return;
  }
  if (args.includes('--selftest')) {
    selfTest();
    return;
  }
  console.log(total(args.map(Number)));
}

main(process.argv.slice(2));
`,
  'src/add.js': 'export function add(a, b) {\n  return a + b;\n}\n',
};

/** The same in Python, run by make. */
export const selfTestedPython: Files = {
  Makefile: 'PYTHON = python3\n\nrun:\n\t$(PYTHON) src/main.py 1 2\n\ntest:\n\t@$(PYTHON) src/main.py --check\n',
  'src/main.py': `"""Adds numbers."""
import sys

from add import add


def total(numbers):
    result = 1
    for each in numbers:
        result = add(result, each)
    return result


def expect(name, got, wanted):
    if got != wanted:
        raise SystemExit(f"{name}: {got} is not {wanted}")


def main(arguments):
    if "--check" in arguments:
        expect("total", total([1, 2]), 3)
        assert add(2, 3) == 5
        print("ok")
        return 0
    print(total([int(each) for each in arguments]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
`,
  'src/add.py': 'def add(a, b):\n    return a + b\n',
};

/** A program that a script of the tests runs, and whose output that script compares. */
export const scriptTested: Files = {
  Makefile: 'test:\n\t@sh ./run-tests.sh\n',
  'run-tests.sh': '#!/bin/sh\nset -e\n[ "$(node src/cli.js 2 3)" = 5 ]\nnode src/cli.js 1 2 | diff - wanted.txt\n',
  'wanted.txt': '3\n',
  'src/cli.js': 'const [a, b] = process.argv.slice(2).map(Number);\nconsole.log(a - b);\n',
};
