package claims_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// The file lands beside code of others: nothing in it runs or changes by itself, it needs nothing, and
// what it exports is documented.
func TestTheFileIsAGoodNeighbour(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "claims.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	named := func(name *ast.Ident, document ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		for _, comment := range document {
			if strings.HasPrefix(comment.Text(), name.Name+" ") {
				return
			}
		}
		t.Errorf("%s has no comment that begins with its name", name)
	}
	for _, declaration := range file.Decls {
		switch declared := declaration.(type) {
		case *ast.FuncDecl:
			if declared.Recv != nil {
				if declared.Name.IsExported() && !strings.HasPrefix(declared.Doc.Text(), declared.Name.Name+" ") {
					t.Errorf("the method %s has no comment that begins with its name", declared.Name)
				}
				continue
			}
			if declared.Name.Name == "init" {
				t.Error("something runs when the package is initialised")
			}
			named(declared.Name, declared.Doc)
		case *ast.GenDecl:
			if declared.Tok == token.VAR {
				t.Error("there is a variable of the package")
			}
			for _, spec := range declared.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					named(spec.Name, declared.Doc)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						named(name, spec.Doc, declared.Doc)
					}
				case *ast.ImportSpec:
					if strings.Contains(spec.Path.Value, ".") {
						t.Errorf("%s is not in the standard library", spec.Path.Value)
					}
				}
			}
		}
	}
}
