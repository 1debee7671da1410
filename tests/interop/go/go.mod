module interop

go 1.21

require (
	github.com/sirupsen/logrus v1.9.3
	github.com/spali/go-rscp v0.2.1
)
