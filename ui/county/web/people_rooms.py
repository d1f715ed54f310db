"""The rooms of producers in the order of their routes: names of pages come before names of producers."""

from starlette.routing import BaseRoute

from ui.county.web.cards_pages import CardsPages
from ui.county.web.office import Office
from ui.county.web.people_desk import PeopleDesk
from ui.county.web.people_file_pages import PeopleFilePages
from ui.county.web.people_import_pages import PeopleImportPages
from ui.county.web.people_pages import PeoplePages


class PeopleRooms:
    def __init__(self, office: Office) -> None:
        desk = PeopleDesk(office)
        self._rooms = (CardsPages(desk), PeopleImportPages(desk), PeoplePages(desk), PeopleFilePages(desk))

    def routes(self) -> list[BaseRoute]:
        return [route for room in self._rooms for route in room.routes()]
