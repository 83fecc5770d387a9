// Command procbench times whole programs, A B A B, and gives the medians of
// their CPU time (user + system) and wall time and the highest peak of memory.
// Each program is one argument, a shell command.
//
//	procbench [-runs 5] [-warm 1] [-codes 0,2] 'refplan -json p.json z' 'plesk -dry-run < p.json'
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

type sample struct{ cpu, wall, peak float64 }

func main() {
	runs := flag.Int("runs", 5, "counted runs of each program")
	warm := flag.Int("warm", 1, "runs before them that are not counted")
	codes := flag.String("codes", "0", "exit codes that count as success, comma-separated")
	flag.Parse()
	samples := make([][]sample, flag.NArg())
	for i := range *warm + *runs {
		for p, command := range flag.Args() {
			s := run(command, strings.Split(*codes, ","))
			if i >= *warm {
				samples[p] = append(samples[p], s)
			}
		}
	}
	first := 0.0
	for p, command := range flag.Args() {
		cpu := median(samples[p], func(s sample) float64 { return s.cpu })
		if p == 0 {
			first = cpu
		}
		fmt.Printf("cpu %.3f s  wall %.3f s  peak %.0f MiB  %.2f of the first  %s\n", cpu,
			median(samples[p], func(s sample) float64 { return s.wall }),
			slices.MaxFunc(samples[p], func(a, b sample) int { return int(a.peak - b.peak) }).peak, cpu/first, command)
	}
}

func run(command string, codes []string) sample {
	cmd := exec.Command("sh", "-c", "exec "+command)
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if !slices.Contains(codes, fmt.Sprint(cmd.ProcessState.ExitCode())) {
		fmt.Fprintln(os.Stderr, command, err)
		os.Exit(1)
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	return sample{cpu.Seconds(), wall.Seconds(), float64(u.Maxrss) / 1024}
}

func median(s []sample, of func(sample) float64) float64 {
	var v []float64
	for _, x := range s {
		v = append(v, of(x))
	}
	slices.Sort(v)
	return v[len(v)/2]
}
