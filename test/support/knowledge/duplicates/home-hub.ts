import type { DuplicatePair } from './pair.ts';

/** Of a hub for lamps, heating and sensors at home, in Go. */
export const homeHubPairs: readonly DuplicatePair[] = [
  {
    shares: 'sense',
    past: {
      title: 'Sunset automations run an hour late after the change to winter time',
      body: 'The hub computes sunrise and sunset once a day at midnight with the offset of that moment. On the day the clocks change everything that is tied to the sun is off by one hour.',
      paths: ['internal/sun/schedule.go'],
      change: '-\tat := midnight.Add(offset)\n+\tat := sun.Set(day, place).In(location)',
      lesson: 'Instants are computed in UTC and shown local; never add hours to midnight.',
    },
    query: {
      title: 'Porch light came on too late on Sunday',
      body: 'Since daylight saving ended last weekend the lamp that should follow dusk switched 60 minutes after it was dark. On Monday it was right again.',
    },
    beside: [
      ['Offset of sunset triggers cannot be negative', 'I want the blinds to close 30 minutes before sunset. The form refuses -30.'],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Restored backup does not contain the pairing keys',
      body: 'After moving to a new SD card with a backup all Zigbee devices had to be joined once more. The network key lies in a file outside of the folder that is saved.',
      paths: ['internal/backup/archive.go'],
      change: '+\tfiles = append(files, zigbee.KeyFile)',
      lesson: 'A backup has everything that pairing would make anew.',
    },
    query: {
      title: 'All bulbs unreachable after migrating to other hardware',
      body: 'I made an export on the old Raspberry and imported it on the new one. Rooms and rules are there but no device answers until I reset and add each of them again. 60 of them!',
    },
    beside: [['Backups are not deleted', 'A backup a day fills the card within a year; keep the newest ten.']],
  },
  {
    shares: 'error',
    past: {
      title: 'Panic when a sensor leaves the network',
      body: 'panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation]\ngoroutine 41 [running]:\nhearth/internal/zigbee.(*Router).dispatch(0xc0001, 0x0)\n\t/build/internal/zigbee/router.go:118 +0x44',
      paths: ['internal/zigbee/router.go'],
      change: '+\tif device == nil {\n+\t\treturn ErrUnknownDevice\n+\t}',
      lesson: 'Messages of devices that are gone still come for a while.',
    },
    query: {
      title: 'hearthd restarts several times a day',
      body: 'From journalctl:\npanic: runtime error: invalid memory address or nil pointer dereference\ngoroutine 77 [running]:\nhearth/internal/zigbee.(*Router).dispatch(0xc00042a000, 0x0)\n\t/src/internal/zigbee/router.go:121 +0x5c\ncreated by hearth/internal/zigbee.Start',
    },
    beside: [
      [
        'Panic in the scene editor',
        'panic: runtime error: index out of range [3] with length 3\ngoroutine 9 [running]:\nhearth/internal/scenes.(*Editor).Move\n\t/build/internal/scenes/editor.go:77',
      ],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'MQTT broker drops us: client identifier taken',
      body: 'With two hubs at one broker both reconnect every second.\n\nmqtt: connection lost: EOF\nmqtt: connack: Identifier rejected (client id "hearth")\n\nThe id has to be unique for each installation.',
      paths: ['internal/mqtt/client.go'],
      change: '-\tClientID: "hearth",\n+\tClientID: "hearth-" + installation.ID(),',
      lesson: 'A client id at a broker is unique for each installation.',
    },
    query: {
      title: 'Test and production hub disturb each other',
      body: 'Both use the mosquitto on my NAS. As soon as the second one is up, the logs of either are full of\n  mqtt: connection lost: EOF\nand states flicker.',
    },
    beside: [
      ['MQTT discovery messages are not retained', 'After a restart of the broker all entities are gone until hearthd is restarted.'],
      ['mqtt: connection refused is logged every second', 'Wait longer between attempts.'],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'transition: 0 is treated like a missing value in scenes',
      body: 'In scenes.yaml `transition: 0` should switch at once, but the lamps fade over two seconds: zero is the default of the field, so that the default of the room is taken.',
      paths: ['internal/scenes/load.go'],
      change: '-\tTransition int `yaml:"transition"`\n+\tTransition *int `yaml:"transition"`',
      lesson: 'A field where 0 means something is a pointer.',
    },
    query: {
      title: 'Cannot turn off fading',
      body: 'I want my "movie" scene to be instantaneous, put transition: 0 in scenes.yaml, yet the lights still dim slowly. 0.1 works.',
    },
    beside: [['scenes.yaml is not read again on SIGHUP', 'After editing I have to restart hearthd.']],
  },
  {
    shares: 'names',
    past: {
      title: '/api/history returns at most 100 points without saying so',
      body: 'A request for a week of a thermometer gives its first 100 values. The query has LIMIT 100 from the days of the prototype. Charts end on Monday.',
      paths: ['internal/api/history.go'],
      change: '-\tLIMIT 100\n+\tLIMIT ? -- and a cursor for the next page',
      lesson: 'Whatever is cut says so and gives a cursor.',
    },
    query: {
      title: 'Temperature graph stops after a few hours',
      body: 'In the dashboard I choose 7 days and see only the beginning. Looking into the network tab, /api/history answers with exactly one hundred entries.',
    },
    beside: [['/api/history is slow for a year of data', 'It takes 20 s on a Raspberry Pi. Averages of an hour would do for charts.']],
  },
  {
    shares: 'sense',
    past: {
      title: 'Motion light goes off while somebody is in the room',
      body: 'The timer starts with the first detection and is not extended by later ones. After five minutes it is dark, however much one moves.',
      paths: ['internal/automation/motion.go'],
      change: '+\ttimer.Reset(hold)',
      lesson: 'Each detection starts the hold time anew.',
    },
    query: {
      title: 'Have to wave my arms in the bathroom',
      body: 'Every 5 min the lamp switches off although I am clearly being noticed by the sensor (its LED blinks). It should count from the last time it sees me.',
    },
    beside: [
      [
        'Motion sensor reports movement at night without anybody there',
        'Direct heat from a radiator triggers it; sensitivity should be adjustable.',
      ],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Guests can change the heating',
      body: 'The role guest may only switch lamps, which the interface honours, but the endpoint for set points does not check the role. Anybody in the Wi-Fi with a guest code can set 30 degrees.',
      paths: ['internal/api/climate.go'],
      change: '+\tif !user.May(Climate) {\n+\t\treturn forbidden(w)\n+\t}',
      lesson: 'Roles are asked for in each handler, not in the interface.',
    },
    query: {
      title: 'Visitor account has more rights than it shows',
      body: 'With curl and the token of a limited user I could raise the thermostat, even though the slider is greyed out in the app. Permissions need to be enforced on the server.',
    },
    beside: [['Guest codes never expire', 'A code should be valid for a number of days.']],
  },
  {
    shares: 'error',
    past: {
      title: 'database is locked under many sensors',
      body: 'With about 200 sensors hearthd logs\n\nrecorder: insert state: database is locked (5) (SQLITE_BUSY)\n\nand values are lost. Several goroutines write with connections of their own.',
      paths: ['internal/recorder/store.go'],
      change: '+\tdb.SetMaxOpenConns(1)\n+\tPRAGMA busy_timeout = 5000',
      lesson: 'One writer, a busy timeout and WAL.',
    },
    query: {
      title: 'Gaps in energy statistics',
      body: 'My smart meter sends every second. Some minutes are missing, and at those times I find "recorder: insert state: database is locked (5) (SQLITE_BUSY)".',
    },
    beside: [['recorder: purge deletes nothing', 'keep_days: 10 is set, still the database holds values of last year.']],
  },
  {
    shares: 'error',
    past: {
      title: 'TLS certificate cannot be renewed behind a proxy',
      body: 'acme: error: 403 :: urn:ietf:params:acme:error:unauthorized :: Invalid response from http://home.example.org/.well-known/acme-challenge/x: 404\n\nThe redirect to https catches the challenge before it gets to the handler.',
      paths: ['internal/web/redirect.go'],
      change: '+\tif strings.HasPrefix(r.URL.Path, "/.well-known/acme-challenge/") {\n+\t\tnext.ServeHTTP(w, r)\n+\t}',
      lesson: 'Challenges are answered in clear, before any redirect.',
    },
    query: {
      title: "Let's Encrypt stopped working",
      body: 'My certificate ran out yesterday. Log: acme: error: 403 :: urn:ietf:params:acme:error:unauthorized :: Invalid response from http://hub.mueller.example/.well-known/acme-challenge/Zk3: 404. First issue three months ago was fine, at that time I had not forced HTTPS.',
    },
    beside: [['Own certificates need a restart', 'When the file of the certificate changes hearthd keeps the old one.']],
  },
];
