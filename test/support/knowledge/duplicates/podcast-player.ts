import type { DuplicatePair } from './pair.ts';

/** Of a player of podcasts for Android, in Kotlin. */
export const podcastPlayerPairs: readonly DuplicatePair[] = [
  {
    shares: 'sense',
    past: {
      title: 'Playback position is lost when the system kills the app',
      body: 'If Android removes the app from memory during an episode, it starts from the beginning the next time. The position is only written in onStop.',
      paths: ['app/src/main/java/cast/playback/PositionStore.kt'],
      change: '+  handler.postDelayed(saveEveryTenSeconds, 10_000)',
      lesson: 'Position is saved every ten seconds while it plays, not at the end.',
    },
    query: {
      title: 'It forgets where I was in an episode',
      body: 'I listen on my commute. When I use the navigation in between and come back to the player, the show begins at 0:00 again. Annoying for those that last three hours.',
    },
    beside: [
      [
        'Position jumps back ten seconds after a call',
        'When a phone call ends, the episode resumes earlier than where it was interrupted. That should be a setting.',
      ],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Downloads run over mobile data although Wi-Fi only is set',
      body: 'Automatic downloads that were queued on Wi-Fi continue when the phone leaves it. The constraint is checked at the start only.',
      paths: ['app/src/main/java/cast/download/DownloadWorker.kt'],
      change: '+  .setRequiredNetworkType(NetworkType.UNMETERED)',
      lesson: 'Network constraints belong into the WorkRequest, so that the system stops the work itself.',
    },
    query: {
      title: 'App ate my whole data plan',
      body: 'I left the house while new episodes were being fetched and it happily went on using 4G. 3 GB gone. The option to download only on wireless LAN is on!',
    },
    beside: [
      ['Downloads do not begin on metered Wi-Fi', 'A hotspot counts as metered, and so nothing is loaded although I would allow it.'],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Crash when a notification action is tapped on Android 12',
      body: 'java.lang.IllegalArgumentException: cast.player: Targeting S+ (version 31 and above) requires that one of FLAG_IMMUTABLE or FLAG_MUTABLE be specified when creating a PendingIntent.\n    at android.app.PendingIntent.checkFlags(PendingIntent.java:375)\n    at cast.notify.PlayerNotification.build(PlayerNotification.kt:58)',
      paths: ['app/src/main/java/cast/notify/PlayerNotification.kt'],
      change:
        '-  PendingIntent.getBroadcast(context, 0, intent, 0)\n+  PendingIntent.getBroadcast(context, 0, intent, PendingIntent.FLAG_IMMUTABLE)',
      lesson: 'Every PendingIntent says whether it is mutable.',
    },
    query: {
      title: 'Pixel 6: app closes as soon as playback starts',
      body: 'Logcat:\nFATAL EXCEPTION: main\njava.lang.IllegalArgumentException: cast.player.beta: Targeting S+ (version 31 and above) requires that one of FLAG_IMMUTABLE or FLAG_MUTABLE be specified when creating a PendingIntent.\n    at android.app.PendingIntent.checkFlags(PendingIntent.java:382)',
    },
    beside: [
      [
        'Notification shows the cover of the previous episode',
        'PlayerNotification keeps the bitmap of what played before until the next one is loaded.',
      ],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Room migration from 14 to 15 fails',
      body: "After the update the app does not start:\n\njava.lang.IllegalStateException: Migration didn't properly handle: episodes(cast.data.Episode).\n Expected: TableInfo{name='episodes', columns={played_up_to=Column{notNull=true}}}\n Found: TableInfo{name='episodes', columns={played_up_to=Column{notNull=false}}}",
      paths: ['app/src/main/java/cast/data/Migrations.kt'],
      change:
        '-  ALTER TABLE episodes ADD COLUMN played_up_to INTEGER\n+  ALTER TABLE episodes ADD COLUMN played_up_to INTEGER NOT NULL DEFAULT 0',
      lesson: 'What an entity declares as non-null is NOT NULL with a default in its migration too.',
    },
    query: {
      title: "Cannot open the app since yesterday's release, all subscriptions gone?",
      body: "I am on version 5.2 of the beta channel. Crash report says: java.lang.IllegalStateException: Migration didn't properly handle: episodes(cast.data.Episode). Reinstalling helps but removes everything.",
    },
    beside: [
      [
        'Database grows without bounds',
        'Rows of episodes that are no longer in any feed are never deleted from the table. It has 400 MB on my phone.',
      ],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'OPML import ignores folders',
      body: 'In OpmlReader nested `<outline>` elements are skipped: only those on the first level are subscribed to. Exports of other apps put all podcasts into a folder.',
      paths: ['app/src/main/java/cast/opml/OpmlReader.kt'],
      change: '-  body.outlines.mapNotNull { it.xmlUrl }\n+  body.outlines.flatMap { it.withDescendants() }.mapNotNull { it.xmlUrl }',
      lesson: 'Outlines nest to any depth; titles without xmlUrl are folders.',
    },
    query: {
      title: 'Moving from AntennaPod: 0 podcasts imported',
      body: 'The OPML file has 85 feeds and opens fine elsewhere. They are grouped by category there. Your importer says finished and the list stays empty.',
    },
    beside: [
      ['OPML export leaves out the titles', 'Other readers show the address as name, since the outline elements have no text attribute.'],
    ],
  },
  {
    shares: 'names',
    past: {
      title: 'SleepTimer fires although playback was paused',
      body: 'The timer counts wall time. If I pause for half an hour and go on, it stops right away. SleepTimer should count only what was played.',
      paths: ['app/src/main/java/cast/playback/SleepTimer.kt'],
      change: '+  override fun onIsPlayingChanged(isPlaying: Boolean) = if (isPlaying) resume() else hold()',
      lesson: 'The sleep timer is held while nothing plays.',
    },
    query: {
      title: 'Sleep timer ends too early after a pause',
      body: 'Set 30 min, paused to brush my teeth, pressed play in bed, silence 5 minutes later. Expected that it waits while nothing is playing.',
    },
    beside: [
      [
        'Sleep timer: option to stop at the end of the episode',
        'In place of minutes SleepTimer should be able to wait until the episode ends.',
      ],
      ['Shaking the phone does not extend the sleep timer', 'The sensor is only read with the screen on.'],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Chapters are shown out of order',
      body: 'Some publishers write chapter marks unsorted into the file. We list them as they come, and skipping forward goes to a place further back.',
      paths: ['app/src/main/java/cast/chapters/ChapterList.kt'],
      change: '+  chapters.sortedBy { it.startMillis }',
      lesson: 'Marks from files are sorted by their start before anything else.',
    },
    query: {
      title: 'Next-chapter button jumps backwards',
      body: 'In one of my shows the sections in the list are jumbled: 00:00, 41:10, 12:30 and so on. Pressing next sometimes takes me to an earlier part.',
    },
    beside: [
      ['Chapter pictures are not shown on the lock screen', 'Episodes with a picture for each chapter keep the cover of the show there.'],
    ],
  },
  {
    shares: 'sense',
    past: {
      title: 'Episodes published with a future date stay on top forever',
      body: 'A feed has an item with pubDate in 2099 (a trailer). It sorts above all that is new. Dates after now should count as the time they were fetched.',
      paths: ['app/src/main/java/cast/feed/ItemDates.kt'],
      change: '+  val date = minOf(item.pubDate, fetchedAt)',
      lesson: 'Dates of feeds are untrusted: never later than when they were fetched.',
    },
    query: {
      title: 'An old announcement is pinned as newest and I cannot get rid of it',
      body: 'One podcast entered a wrong year for their teaser; your list shows it first for months now. Everything recent is below. Marking as played does not help.',
    },
    beside: [
      ['New episodes appear only after a day', 'The feed is refreshed hourly, but items are hidden until their pubDate has passed in UTC.'],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Foreground service may not be started from the background',
      body: 'Pressing play on a Bluetooth headset, app not open:\n\nandroid.app.ForegroundServiceStartNotAllowedException: startForegroundService() not allowed due to mAllowStartForeground false: service cast.player/.playback.PlaybackService\n    at cast.playback.MediaButtonReceiver.onReceive(MediaButtonReceiver.kt:22)',
      paths: ['app/src/main/java/cast/playback/MediaButtonReceiver.kt'],
      change: '-  context.startForegroundService(intent)\n+  MediaButtonReceiver.handleIntent(session, intent)',
      lesson: 'Media buttons go to the session, which is allowed to start the service.',
    },
    query: {
      title: 'Car stereo: app crashes when I press resume on the steering wheel',
      body: 'Android 13, phone locked in my pocket.\nCaused by: android.app.ForegroundServiceStartNotAllowedException: startForegroundService() not allowed due to mAllowStartForeground false: service cast.player/.playback.PlaybackService',
    },
    beside: [
      ['PlaybackService keeps running after the last episode', 'The notification stays and the battery drains; stopSelf is never called.'],
    ],
  },
  {
    shares: 'error',
    past: {
      title: 'Feeds with a byte order mark are refused',
      body: 'Adding https://example.org/feed gives\n\norg.xmlpull.v1.XmlPullParserException: Unexpected token (position:TEXT \ufeff@1:2 in java.io.InputStreamReader@4f1c)\n    at cast.feed.FeedParser.parse(FeedParser.kt:41)',
      paths: ['app/src/main/java/cast/feed/FeedParser.kt'],
      change: '+  val input = BOMInputStream(stream)',
      lesson: 'Feeds may begin with a byte order mark or white space: skip both.',
    },
    query: {
      title: "Cannot subscribe to my university's lecture podcast",
      body: 'It works in a browser. Here: "XmlPullParserException: Unexpected token (position:TEXT @1:2 in java.io.InputStreamReader@a91e07)". Same for other feeds from that server, which runs on IIS.',
    },
    beside: [
      [
        'Feeds behind a password cannot be added',
        'The server answers 401 and FeedParser gets the HTML of the login page: XmlPullParserException: expected: /meta read: head.',
      ],
    ],
  },
];
