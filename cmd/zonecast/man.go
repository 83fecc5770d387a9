package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (p *program) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "write the manual pages into a folder",
		Long: `Writes the manual pages into a folder, which is made where it is missing: one for
zonecast and one for each command. With SOURCE_DATE_EPOCH set they bear that date.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			c.Root().DisableAutoGenTag = true // it would say when, and not what
			return doc.GenManTree(c.Root(), &doc.GenManHeader{Section: "1", Source: "zonecast", Manual: "zonecast"}, args[0])
		},
	}
}
